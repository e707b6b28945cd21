using Cluster.Kernels.Evaluation.Calibrators;

namespace Cluster.Evaluation.Measuring;

/// <summary>Chooses a calibrator for each group on held-back calibration images, in simulation and without labels.</summary>
internal sealed class CalibratorMeasurer(EvaluationSetup setup)
{
    /// <exception cref="Networks.KernelException">A method is not a calibrator.</exception>
    public CalibratorResult Measure(CalibratorItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var basis = setup.Calibrators ?? throw new InvalidOperationException("This set-up has no images to choose calibrators on.");
        foreach (string method in item.Methods)
        {
            CalibrationMethod.Parse(method);
        }

        var settings = setup.Translator.Settings(item.Plan);
        var images = basis.Images;
        var choice = CalibratorSweep.Run(
            setup.Float32, basis.Resolver(cancellation), settings, item.Methods, images, setup.Cores, cancellation, setup.Metric.Outputs(),
            setup.Space);
        var groups = setup.Translator.Decided.Where(group => settings[group.Index].Format.IsInteger);
        return new CalibratorResult(
            [.. groups.Select((group, i) => new GroupCalibrator(
                group.Name,
                item.Methods[choice.Chosen[i]],
                [.. choice.Alone[i].Select((score, method) => new CalibratorScore(
                    item.Methods[method], score.Kl, double.IsFinite(score.SqnrDb) ? score.SqnrDb : null))]))],
            [.. choice.Networks.Select((kl, method) => new CalibratorScore(item.Methods[method], kl))],
            choice.Kl,
            images.Images.Count,
            basis.IsHeldBack,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
