namespace Cluster.Coordinator.Model.Options;

/// <summary>The words for runtimes that the winner is written for, besides the target of the search.</summary>
public static class ExtraExport
{
    /// <summary>TensorRT up to version 10: explicit quantization, and cache and ranges for implicit quantization.</summary>
    public const string TensorRt = "tensorrt";

    /// <summary>TensorRT 11, whose networks are strongly typed: the file itself says what is computed in which type.</summary>
    public const string TensorRtStronglyTyped = "tensorrt-strongly-typed";

    /// <summary>PaddleSlim: a list of its operators with their thresholds.</summary>
    public const string Paddle = "paddle";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [TensorRt, TensorRtStronglyTyped, Paddle];
}
