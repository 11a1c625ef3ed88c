package dev.interlock.jmh;

import java.util.List;

/** What the peers need of the JDK's insides; the manifest of the benchmarks says the same. */
final class Opens {
    /** Agrona. */
    static final String MISC = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    /* Chronicle Queue. */
    static final String LANG = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    static final String REFLECT = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED";
    static final String IO = "--add-opens=java.base/java.io=ALL-UNNAMED";
    static final String UTIL = "--add-opens=java.base/java.util=ALL-UNNAMED";
    static final String NIO = "--add-opens=java.base/java.nio=ALL-UNNAMED";
    static final String CHANNELS = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";
    static final String REF = "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED";
    static final String COMPILER = "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED";

    private Opens() {}

    static List<String> all() {
        return List.of(MISC, LANG, REFLECT, IO, UTIL, NIO, CHANNELS, REF, COMPILER);
    }
}
