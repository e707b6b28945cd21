using Cluster.Kernels.Runtimes;

namespace Cluster.Tests;

/// <summary>For tests of what follows once INT8 is faster than FP32.</summary>
internal static class FastIntegers
{
    /// <summary>Skips the test on processors whose exact products of bytes are slow (ADR 46): FP32 may win there.</summary>
    public static void OrSkip() => Assert.SkipWhen(
        ByteProducts.Saturate, "This processor has no VNNI: INT8 need not be faster than FP32, which this test begins with.");
}
