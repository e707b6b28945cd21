using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Weights.Smoothing;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>The result of `smooth`; its JSON form is the command's `--json`.</summary>
/// <param name="Tensors">In execution order.</param>
/// <param name="Difference">Root mean square of the first output's differences from the model's, relative to the model's.</param>
public sealed record SmoothReport(
    string Model, QuantizeOutput Output, double Alpha, IReadOnlyList<SmoothedTensor> Tensors, double Difference, double Seconds);
