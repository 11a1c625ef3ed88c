package dev.interlock.mutex;

/**
 * Thrown to a party that asks for a lock whose owner died inside: what the lock protects may be half-changed, and no
 * repair was given or the repair failed. The caller does not hold the lock; but it does hold it where the {@code await} of a
 * condition throws this.
 */
public final class OwnerDiedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * For locks.
     *
     * @param message which lock
     */
    public OwnerDiedException(String message) {
        super(message);
    }
}
