package dev.interlock.buffer;

import dev.interlock.contract.MessageRingContractTest;
import dev.interlock.memory.Memory;

class MessageRingTest extends MessageRingContractTest {
    @Override
    protected Memory memory() {
        return Memory.heap();
    }
}
