using Cluster.Kernels.Runtimes;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>Skips a test where ONNX Runtime is not installed.</summary>
internal static class OrtRequired
{
    public static OrtSessionOptions Options { get; } = new();

    public static void OrSkip() => RuntimeRequired.OrSkip();
}
