using Cluster.Data;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Export;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Plans;

namespace Cluster.Bench;

/// <summary>Files of a network in INT8 by MSE ranges with corrected biases, made without a job.</summary>
internal static class IntegerFile
{
    /// <summary>All groups in INT8 in each of these forms, from one calibration.</summary>
    public static IReadOnlyList<ModelFile> Make(
        NetworkFile network, ImageBatches images, IReadOnlyList<IntegerForm> forms, int workers, CancellationToken cancellation)
    {
        using var float32 = new FloatNetwork(network.Grouped);
        var resolver = new PlanResolver(network.Grouped, CalibrationPass.Run(float32, images, workers, cancellation));
        bool[] quantized = [.. network.Grouped.Groups.Select(group => group.CanQuantize)];
        return [.. forms.Select(form =>
        {
            var plain = form.Of(resolver.Resolve(Decide(network, quantized, form.Format)));
            return OnnxWriter.Write(QdqExporter.Export(
                Corrected(float32, plain, quantized, images, workers, cancellation), unsignedWeights: form.IsUnsigned));
        })];
    }

    /// <summary>All groups in INT8, with their numbers.</summary>
    public static QuantizedNetwork Quantized(
        NetworkFile network, ImageBatches images, IntegerForm form, int workers, CancellationToken cancellation)
    {
        using var float32 = new FloatNetwork(network.Grouped);
        var resolver = new PlanResolver(network.Grouped, CalibrationPass.Run(float32, images, workers, cancellation));
        bool[] quantized = [.. network.Grouped.Groups.Select(group => group.CanQuantize)];
        var plain = form.Of(resolver.Resolve(Decide(network, quantized, form.Format)));
        return Corrected(float32, plain, quantized, images, workers, cancellation);
    }

    private static QuantizedNetwork Corrected(
        FloatNetwork float32, QuantizedNetwork plain, bool[] quantized, ImageBatches images, int workers, CancellationToken cancellation) =>
        plain.WithBiases(BiasCorrector.Correct(float32, plain, quantized, images, SpillSpace.Memory, workers, cancellation));

    private static GroupDecision[] Decide(NetworkFile network, bool[] quantized, GroupFormat format) => [.. network.Grouped.Groups.Zip(
        quantized,
        (group, quantize) => quantize
            ? GroupDecision.In(format, group.Name, "mse", biasCorrection: true)
            : GroupDecision.Baseline(group.Name))];

    /// <summary>A file for each choice of groups that are in INT8 where they can be.</summary>
    public static IReadOnlyList<ModelFile> Make(
        NetworkFile network, ImageBatches images, IReadOnlyList<Func<int, bool>> choices, int workers, CancellationToken cancellation)
    {
        using var float32 = new FloatNetwork(network.Grouped);
        var resolver = new PlanResolver(network.Grouped, CalibrationPass.Run(float32, images, workers, cancellation));
        return [.. choices.Select(choice =>
        {
            bool[] quantized = [.. network.Grouped.Groups.Select((group, index) => group.CanQuantize && choice(index))];
            var plain = resolver.Resolve(
                Decide(network, quantized, GroupFormat.Int8));
            return OnnxWriter.Write(QdqExporter.Export(Corrected(float32, plain, quantized, images, workers, cancellation)));
        })];
    }
}
