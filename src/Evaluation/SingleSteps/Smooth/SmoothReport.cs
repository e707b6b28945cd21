using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Weights.Smoothing;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>What `smooth` did; its JSON form is the command's `--json`.</summary>
/// <param name="Tensors">In execution order.</param>
/// <param name="Difference">Root mean square of the first output's differences from the model's, in that of the model's.</param>
public sealed record SmoothReport(
    string Model, QuantizeOutput Output, double Alpha, IReadOnlyList<SmoothedTensor> Tensors, double Difference, double Seconds);
