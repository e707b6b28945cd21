using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// How libtorch's threads wait for work: asleep. By default they spin for a while after each operator, on the processors that our own
/// loops over tensors want next (a network whose convolutions are ours was 1.25 times as slow with two threads).
/// </summary>
internal static partial class WaitPolicy
{
    // At the first use of this assembly: OpenMP reads it when libtorch is loaded. .NET's own variables do not reach native code.
#pragma warning disable CA2255 // A program would have to know that it must call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Sleep()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = setenv("OMP_WAIT_POLICY", "passive", 0);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
