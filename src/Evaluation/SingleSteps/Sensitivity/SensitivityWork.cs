namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>Calibrates, sweeps, ranks.</summary>
public sealed class SensitivityWork(SensitivityRequest request, SensitivityProgress progress)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<SensitivityReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var given = request.Given;
        var options = new JobOptions { Seed = request.Seed, Metric = request.Metric, Set = given.Set, Shape = given.Shapes };
        var network = NetworkFile.Open(request.Inputs.Model, sizes: request.Inputs.Sizes(options));
        GraphLimits.RequireSearchable(network.Grouped);
        var memory = WorkingMemory.Of(request.Memory);
        using var pixels = memory.ImageSpace(Path.GetTempPath());
        var data = JobData.Open(request.Inputs, options, network, pixels);
        foreach (string warning in data.Warnings)
        {
            progress.Say($"warning: {warning}");
        }

        using var uncalibrated = new NetworkSetup(network, TargetList.Usual, memory, Path.GetTempPath());
        using var hold = await new MachineLock().SharedAsync(cancellation);
        progress.Say($"calibrating on {data.Calibration.Images.Count} images");
        var statistics = await Task.Run(() => uncalibrated.Calibrate(data.Calibration, cancellation), cancellation);
        var setup = uncalibrated.With(statistics, data.Calibration, data.Evaluation, data.Metric);
        if (data.Metric.CountsImages()
            && data.Evaluation.Images.HasLabels
            && await Task.Run(() => Float32Doubts.Of(setup, new FileScorer(setup).Float32().Correct), cancellation) is { } doubt)
        {
            progress.Say(doubt);
        }

        setup.Warn(progress.Say);

        var result = await Task.Run(() => Sweep(setup, cancellation), cancellation);
        var left = request.LeftOut ? await Task.Run(() => LeaveOut(setup, cancellation), cancellation) : null;
        var space = setup.Translator.Space();
        var ranked = result.Groups
            .Select((group, index) => new RankedGroup(
                index, group.Group, space.Groups[index].Operators, space.Groups[index].Macs, group.Kl, group.SqnrDb,
                group.Correct, group.Total, left?[index + 1]))
            .OrderByDescending(group => group.Kl)
            .ThenBy(group => group.Index)
            .ToList();
        return new SensitivityReport(
            request.Inputs.Model,
            CalibrationMethod.Parse(request.Method).Id,
            Math.Min(request.Images, data.Evaluation.Images.Count),
            ranked,
            result.Seconds,
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            request.Metric == MetricKind.Top1 ? null : request.Metric,
            left?[0]);
    }

    private SensitivityItem Item => new("", CalibrationMethod.Parse(request.Method).Id, request.Images, Seed: request.Seed);

    private SensitivityResult Sweep(EvaluationSetup setup, CancellationToken cancellation)
    {
        var images = setup.Evaluation.Take(request.Images);
        progress.Say($"trying {setup.Translator.Decided.Count} groups on {images.Images.Count} images each");
        progress.Begin("batch", images.Count);
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

/// <summary>A user's request for `sensitivity`, as typed.</summary>
/// <param name="Images">Most evaluation images to use.</param>
/// <param name="Memory">Bytes that the process should stay below; null: <see cref="WorkingMemory.Usual"/>.</param>
/// <param name="Metric">What images are judged by; null: <see cref="MetricKind.Top1"/>.</param>
/// <param name="LeftOut">Whether each group is also left in FP32 with all others in INT8.</param>
public sealed record SensitivityRequest(
    LocalInputs Inputs, string Method, int Images, long Seed, long? Memory = null, MetricKind? Metric = null,
    bool LeftOut = false)
{
    /// <summary>What the user says of the inputs.</summary>
    public GivenInputs Given { get; init; } = GivenInputs.None;
}
