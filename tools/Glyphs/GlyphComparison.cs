using Cluster.Evaluation.Inputs;
using Cluster.Kernels;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Glyphs;

/// <summary>Compares calibration methods on the sample, all groups in INT8: the figures of samples/README.md and their test.</summary>
public static class GlyphComparison
{
    private const int Workers = 2;
    private const int Batch = 32;

    /// <summary>Calibrates and evaluates on the sets that <see cref="GlyphSample"/> writes.</summary>
    /// <returns>FP32 first, then each method without and with bias correction.</returns>
    public static IReadOnlyList<GlyphRow> Measure(
        string modelPath, string dataFolder, IReadOnlyList<string> methods, CancellationToken cancellation)
    {
        var network = NetworkFile.Open(modelPath);
        using var float32 = new FloatNetwork(network.Grouped);
        var preprocess = Preprocess.LoadFor(modelPath);
        var calibration = new ImageBatches(DataSource.Open(GlyphSample.Spec(dataFolder, GlyphSet.Calibration)), preprocess, Batch);
        var evaluation = new ImageBatches(DataSource.Open(GlyphSample.Spec(dataFolder, GlyphSet.Evaluation)), preprocess, Batch);
        var resolver = new PlanResolver(network.Grouped, CalibrationPass.Run(float32, calibration, Workers, null, cancellation));
        bool[] everyGroup = [.. network.Grouped.Groups.Select(group => group.CanQuantize)];
        float[] reference = RuntimeEvaluator.Logits(network.Float32Model, evaluation, network.Classes, Workers, cancellation);

        GlyphRow Row(string method, bool corrected, float[] logits)
        {
            var score = RuntimeEvaluator.Score(logits, network.Classes, evaluation, reference);
            return new GlyphRow(method, corrected, score.Correct, score.Total, score.Kl);
        }

        List<GlyphRow> rows = [Row("fp32", false, reference)];
        foreach (string method in methods)
        {
            var plain = resolver.Resolve([.. network.Grouped.Groups.Select(group => group.CanQuantize
                ? GroupDecision.In(GroupFormat.Int8, group.Name, method, biasCorrection: true)
                : GroupDecision.Baseline(group.Name))]);
            var corrected = plain.WithBiases(BiasCorrector.Correct(
                float32, plain, everyGroup, calibration, SpillSpace.Memory, Workers, cancellation));
            foreach (var candidate in new[] { plain, corrected })
            {
                byte[] file = OnnxWriter.Write(QdqExporter.Export(candidate));
                rows.Add(
                    Row(method, candidate == corrected, RuntimeEvaluator.Logits(file, evaluation, network.Classes, Workers, cancellation)));
            }
        }

        return rows;
    }
}
