package dev.interlock.posix;

/** What a {@link Poll} can wait for. */
public sealed interface Pollable permits PipeSource, PipeSink, MessageQueue, EventFd {}
