using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Plans;

namespace Cluster.Bench.Ladder;

/// <summary>
/// Compares calibrators without the evaluation images: ranges and corrected biases come from one half of the
/// calibration images, KL to FP32 is taken on the other, and the other way round. On the images that it was calibrated
/// on, what keeps just their extremes would look best.
/// </summary>
internal sealed class LadderCalibrators(
    LadderOptions options, NetworkSetup uncalibrated, EvaluationSetup setup, CancellationToken cancellation)
{
    private const int Halves = 2;

    /// <summary>Mean KL of each method on images that it was not calibrated on, nats, the best first; of equals the earlier one.</summary>
    public IReadOnlyList<(string Method, double Kl)> Compare()
    {
        double[] sums = new double[options.Methods.Count];
        for (int half = 0; half < Halves; half++)
        {
            var other = Half(1 - half);
            var builder = Calibrated(Half(half));
            float[] reference = Logits(setup.Network.Float32Model, other);
            for (int i = 0; i < sums.Length; i++)
            {
                // With corrected biases, as a job compares them: what correction removes is no reason to prefer a calibrator.
                var plan = Plan.Uniform(
                    GroupFormat.Int8,
                    QuantizeRequest.Target, setup.Translator.Decided.Select(group => group.Name), options.Methods[i], biasCorrection: true);
                sums[i] += LogitsKl.Of(reference, Logits(builder.Build(plan, cancellation).Bytes, other), setup.Network.Classes);
            }
        }

        return [.. options.Methods.Select((method, i) => (method, sums[i] / Halves)).OrderBy(one => one.Item2)];
    }

    private ImageBatches Half(int half) =>
        setup.Calibration with
        {
            Images = setup.Calibration.Images.Select(
                [.. Enumerable.Range(0, setup.Calibration.Images.Count).Where(image => image % Halves == half)])
        };

    private ArtefactBuilder Calibrated(ImageBatches images) =>
        uncalibrated.With(uncalibrated.Calibrate(images, cancellation), images, setup.Evaluation).Builder;

    private float[] Logits(byte[] model, ImageBatches images) =>
        RuntimeEvaluator.Logits(model, images, setup.Network.Classes, setup.Cores, cancellation);
}
