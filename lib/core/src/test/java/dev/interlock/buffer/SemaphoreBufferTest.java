package dev.interlock.buffer;

import dev.interlock.contract.BufferContractTest;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BlockingQueue;

class SemaphoreBufferTest extends BufferContractTest {
    @Override
    protected BlockingQueue<Integer> buffer(int capacity, WaitStrategy waiting) {
        return new SemaphoreBuffer<>(capacity, waiting);
    }
}
