package dev.interlock.mutex;

import dev.interlock.contract.ConditionContractTest;
import java.util.concurrent.locks.Lock;

class ReentrantMutexConditionTest extends ConditionContractTest {
    @Override
    protected Lock newLock() {
        return new ReentrantMutex();
    }
}
