using Cluster.Kernels;
using Cluster.Kernels.Runtimes;

namespace Cluster.Tests;

/// <summary>Skips a test where ONNX Runtime is not installed.</summary>
internal static class RuntimeRequired
{
    public static void OrSkip()
    {
        try
        {
            OrtRuntime.Version.ShouldNotBeEmpty();
        }
        catch (KernelException missing)
        {
            Assert.Skip(missing.Message);
        }
    }
}
