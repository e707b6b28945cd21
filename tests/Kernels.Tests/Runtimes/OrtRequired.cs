using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>Skips a test where ONNX Runtime is not installed.</summary>
internal static class OrtRequired
{
    private static readonly Lazy<string?> Missing = new(Probe);

    public static OrtSessionOptions Options { get; } = new();

    public static void OrSkip()
    {
        if (Missing.Value is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    private static string? Probe()
    {
        try
        {
            return OrtRuntime.Version.Length > 0 ? null : "ONNX Runtime tells no version";
        }
        catch (KernelException missing)
        {
            return missing.Message;
        }
    }
}
