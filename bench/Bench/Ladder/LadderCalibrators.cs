using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels;
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
internal sealed class LadderCalibrators(LadderOptions options, EvaluationSetup setup, JobData data, CancellationToken cancellation)
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
        data.Calibration with
        {
            Images = data.Calibration.Images.Select(
                [.. Enumerable.Range(0, data.Calibration.Images.Count).Where(image => image % Halves == half)])
        };

    private ArtefactBuilder Calibrated(ImageBatches images)
    {
        var statistics = CalibrationPass.Run(setup.Float32, images, setup.Cores, null, cancellation);
        return EvaluationSetup.Of(setup.Target, setup.Network, setup.Float32, setup.Translator, statistics, data with
        {
            Calibration = images
        }, setup.Batch, setup.Threads, WorkingMemory.Usual, SpillSpace.Memory, setup.Versions).Builder;
    }

    private float[] Logits(byte[] model, ImageBatches images) =>
        RuntimeEvaluator.Logits(model, images, setup.Network.Classes, setup.Cores, cancellation);
}
