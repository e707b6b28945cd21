using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>The result of `quantize-weights`; its JSON form is the command's `--json`.</summary>
/// <param name="Float32Bytes">Size of the FP32 file.</param>
/// <param name="Share">The written file's size relative to FP32's, 0 to 1.</param>
/// <param name="Block">As requested; a product with fewer inputs has smaller blocks.</param>
/// <param name="Products">In execution order.</param>
/// <param name="Kept">
/// MatMul and Gemm nodes that stayed unchanged: products of two activations, and weights that other nodes read too.
/// </param>
/// <param name="Accuracy">Null without evaluation data, like the next three.</param>
public sealed record WeightsReport(
    string Model,
    QuantizeOutput Output,
    long Float32Bytes,
    double Share,
    int Bits,
    int Block,
    WeightRounding Rounding,
    ActivationRounding Activations,
    IReadOnlyList<QuantizedProduct> Products,
    int Kept,
    MeasuredAccuracy? Accuracy,
    MeasuredLatency? Latency,
    MeasuredAccuracy? Float32Accuracy,
    MeasuredLatency? Float32Latency,
    double Seconds);
