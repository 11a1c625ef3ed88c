/** Interprocess communication primitives, each written once over the words of a {@link dev.interlock.memory.Memory}. */
module dev.interlock.core {
    exports dev.interlock.barrier;
    exports dev.interlock.buffer;
    exports dev.interlock.mailbox;
    exports dev.interlock.memory;
    exports dev.interlock.mutex;
    exports dev.interlock.semaphore;
    exports dev.interlock.spin;
}
