using Cluster.Evaluation.Nodes;

namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>Opens a job without a search, calibrates, sweeps, ranks.</summary>
/// <param name="images">Most evaluation images to use.</param>
/// <param name="isLeftOut">Whether each group is also left in FP32 with all others in INT8.</param>
public sealed class SensitivityWork(JobRequest request, int images, bool isLeftOut, SensitivityProgress progress)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="Networks.KernelException">Model or images cannot be used.</exception>
    public async Task<SensitivityReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        using var folder = TemporaryFolder.Make(Path.GetTempPath());
        using var job = OpenedJob.Describe(request.Inputs, request.Options, folder.Path, WorkingMemory.Of(request.Memory));
        foreach (string note in job.Data.Warnings.Select(warning => $"warning: {warning}").Concat(job.Data.Readings))
        {
            progress.Say(note);
        }

        job.Lazy.Said = progress.Say;
        using var hold = await new MachineLock { Said = progress.Say }.SharedAsync(cancellation);
        var setup = await Task.Run(() => job.Lazy.Make(cancellation), cancellation);
        if (setup.Metric.CountsImages()
            && setup.Evaluation.Images.HasLabels
            && await Task.Run(() => Float32Doubts.Of(setup, new FileScorer(setup).Float32().Correct), cancellation) is { } doubt)
        {
            progress.Say($"warning: {doubt.Words}");
        }

        var result = await Task.Run(() => Sweep(setup, cancellation), cancellation);
        var left = isLeftOut ? await Task.Run(() => LeaveOut(setup, cancellation), cancellation) : null;
        var space = job.Lazy.Space;
        var ranked = result.Groups
            .Select((group, index) => new RankedGroup(
                index, group.Group, space.Groups[index].Operators, space.Groups[index].Macs, group.Kl, group.SqnrDb,
                group.Correct, group.Total, left?[index + 1]))
            .OrderByDescending(group => group.Kl)
            .ThenBy(group => group.Index)
            .ToList();
        return new SensitivityReport(
            request.Inputs.Model,
            Item.Calibrator,
            Math.Min(images, setup.Evaluation.Images.Count),
            ranked,
            result.Seconds,
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            request.Options.Metric == MetricKind.Top1 ? null : request.Options.Metric,
            left?[0]);
    }

    private SensitivityItem Item => new("", CalibrationMethod.Parse(request.Options.Methods[0]).Id, images, Seed: request.Options.Seed);

    private SensitivityResult Sweep(EvaluationSetup setup, CancellationToken cancellation)
    {
        var some = setup.Evaluation.Take(images);
        progress.Say($"trying {setup.Translator.Decided.Count} groups on {some.Images.Count} images each");
        progress.Begin("batch", some.Count);
        try
        {
            return new SensitivityMeasurer(setup, _ => progress.Done()).Measure(Item, cancellation);
        }
        finally
        {
            progress.End();
        }
    }

    private IReadOnlyList<double> LeaveOut(EvaluationSetup setup, CancellationToken cancellation)
    {
        int networks = setup.Translator.Decided.Count + 1;
        progress.Say($"leaving each group in FP32 with all others in INT8: {networks} passes over the images");
        progress.Begin("pass", networks);
        try
        {
            return new LeftOutMeasurer(setup, progress.Done).Measure(Item, cancellation);
        }
        finally
        {
            progress.End();
        }
    }
}
