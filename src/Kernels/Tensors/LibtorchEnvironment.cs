namespace Cluster.Kernels.Tensors;

/// <summary>The environment variables that libtorch and its libraries read when they are loaded. Variables set by the user stay.</summary>
internal static partial class LibtorchEnvironment
{
    // At the first use of this assembly. .NET's own variables do not reach native code.
#pragma warning disable CA2255 // A program would have to know that it must call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Set()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // OpenMP's threads sleep while they wait for work. By default they spin for a while after each operator, on the processors that our
        // own loops over tensors need next (a network whose convolutions are ours was 1.25 times as slow with two threads).
        _ = setenv("OMP_WAIT_POLICY", "passive", 0);

        // oneDNN 3.7.1 (libtorch 2.10) convolves wrongly if CPUID reports no caches, as on some virtual machines: it pads channels to whole
        // vectors and reads uninitialised memory in the padding. Its oldest code path does not.
        if (!TellsCaches)
        {
            _ = setenv("ONEDNN_MAX_CPU_ISA", "SSE41", 0);
        }
    }

    /// <summary>Whether the processor reports its caches, or is not an x86.</summary>
    // The deterministic cache parameters: leaf 4 (Intel's manual, volume 2A, CPUID), 8000_001D (AMD's, volume 3, appendix E.4). A leaf past
    // the last one returns unrelated data.
    public static bool TellsCaches { get; } = !X86Base.IsSupported
        || Describes(0, 4)
        || Describes(unchecked((int)0x8000_0000), unchecked((int)0x8000_001D));

    private static bool Describes(int last, int leaf) =>
        (uint)X86Base.CpuId(last, 0).Eax >= (uint)leaf && (X86Base.CpuId(leaf, 0).Eax & 0x1F) != 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
