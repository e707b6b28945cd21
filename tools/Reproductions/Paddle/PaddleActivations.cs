using Cluster.Data;
using Cluster.DataSpecs;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Export.TensorRt;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Plans;
using Cluster.Networks.Preprocessing;
using Cluster.Plans;

namespace Cluster.Reproductions.Paddle;

/// <summary>
/// Methods for activations with PaddleSlim's own numbers: symmetric ranges of 127 steps to either side, and for mse and emd its candidates
/// and its way of taking batches together. Weights have a scale an output channel; the files are measured in ONNX Runtime.
/// </summary>
/// <param name="model">The FP32 network.</param>
/// <param name="calibration">Data spec of the calibration images, single ones being batches.</param>
/// <param name="evaluation">Data spec of labelled images.</param>
internal sealed class PaddleActivations(string model, string calibration, string evaluation)
{
    private const string Own = "PaddleSlim's candidates";

    // Those that are functions of statistics are this program's, without a sign.
    private static readonly (string Name, string Method, PaddleLoss? Loss)[] Methods =
    [
        ("moving_average_abs_max", "moving-average-abs-max", null), ("abs_max", "max", null), ("KL", "kl", null),
        ("avg", "average", null), ("hist", "histogram", null),
        ("mse", Own, PaddleLoss.MeanSquaredError), ("emd", Own, PaddleLoss.EarthMover),
    ];

    /// <summary>Measures every method.</summary>
    /// <param name="say">Told each step.</param>
    public IReadOnlyList<PaddleMethod> Run(Action<string> say, CancellationToken cancellation)
    {
        int cores = Environment.ProcessorCount;
        TorchSettings.Threads = 1; // batches run side by side
        var network = NetworkFile.Open(model);
        using var float32 = new FloatNetwork(network.Grouped);
        var images = Images(calibration, network, 1);
        var judged = Images(evaluation, network, network.ExecutionBatch);
        judged.Images.RequireClasses(network.Classes);
        say("statistics of symmetric ranges, and PaddleSlim's candidates");
        var statistics = CalibrationPass.Run(float32, images, cores, cancellation);
        var thresholds = PaddleThresholds.Of(float32, images, cancellation);
        var resolver = new PlanResolver(network.Grouped, statistics);
        float[] Logits(byte[] file) => RuntimeEvaluator.Logits(ModelFile.Of(file), judged, network.Classes, cores, cancellation);
        float[] reference = Logits(network.Float32Model.Message);
        return [.. Methods.Select(Measured)];

        PaddleMethod Measured((string Name, string Method, PaddleLoss? Loss) method)
        {
            say($"symmetric activations by {method.Name}");
            string calibrator = method.Loss is null ? method.Method : "max";
            GroupDecision[] settings = [.. network.Grouped.Groups.Select(group => group.CanQuantize
                ? GroupDecision.In(GroupFormat.Int8, group.Name, calibrator, biasCorrection: false)
                : GroupDecision.Baseline(group.Name))];
            var symmetric = TensorRtNetwork.Of(
                resolver.Resolve(settings), settings, statistics, method.Loss is { } loss ? thresholds.By(loss) : null);
            float[] logits = Logits(OnnxWriter.Write(TensorRtExporter.Export(symmetric)).Message);
            var score = RuntimeEvaluator.Score(logits, network.Classes, judged, reference);
            return new PaddleMethod(method.Name, method.Method, MeasuredAccuracy.Of(score, isFloat32: false));
        }
    }

    private ImageBatches Images(string spec, NetworkFile network, int batch)
    {
        var preprocess = Preprocess.LoadFor(model);
        return new ImageBatches(
            DataSource.OpenSamples(spec, DataAccess.Anywhere, preprocess: preprocess).For(network.Grouped.Inputs, preprocess),
            preprocess,
            batch);
    }
}
