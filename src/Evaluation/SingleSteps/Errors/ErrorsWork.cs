using Cluster.Kernels.Evaluation.Errors;

namespace Cluster.Evaluation.SingleSteps.Errors;

/// <summary>Builds a given plan, and compares each layer with FP32's, alone and with all layers before it.</summary>
/// <param name="images">Most images to compare on: those of the evaluation, else those of the calibration.</param>
public sealed class ErrorsWork(JobRequest request, GivenPlan given, int images, Action<string> say)
{
    /// <summary>Runs the whole analysis.</summary>
    /// <exception cref="JobException">The plan belongs to another network, or quantizes nothing.</exception>
    /// <exception cref="Networks.KernelException">Model or images cannot be used.</exception>
    public async Task<ErrorAnalysis> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        using var job = new GivenJob(request, given, Path.GetTempPath(), say);
        using var hold = await new MachineLock { Said = say }.SharedAsync(cancellation);
        var samples = job.Data.Samples!.Stratified(images, request.Options.Seed);
        var groups = await Task.Run(
            () =>
            {
                var (plan, setup) = job.Make(cancellation);
                return Analyse(setup with { Evaluation = samples }, plan, cancellation);
            },
            cancellation);
        return new ErrorAnalysis(
            request.Inputs.Model,
            given.Plan,
            given.Plan is null ? given.MethodId : null,
            samples.Images.Count,
            groups,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private IReadOnlyList<LayerErrors> Analyse(EvaluationSetup setup, QuantizePlan plan, CancellationToken cancellation)
    {
        var whole = setup.Builder.Build(plan.Plan, cancellation, plan.Corrections, plan.Learned)
            .Network ?? throw new JobException("The plan leaves every group in FP32, so there is no error to look at: give another plan.");
        var alone = Enumerable.Range(0, plan.Plan.Groups.Count)
            .Where(index => !plan.Plan.Groups[index].Format.IsBaseline)
            .ToDictionary(index => setup.Translator.Decided[index].Index, index => StoredNumbers.Network(
                setup, plan, whole, Enumerable.Range(0, plan.Plan.Groups.Count).Where(other => other != index)));
        var all = setup.Network.Grouped.Groups;
        say($"comparing {all.Count} groups on {setup.Evaluation.Images.Count} images");
        var errors = ErrorSweep.Run(setup.Float32, whole, alone, setup.Evaluation, setup.Cores, cancellation);
        var formats = plan.Plan.Groups.ToDictionary(decision => decision.Group, decision => decision.Format, StringComparer.Ordinal);
        return [.. all.Select(group => new LayerErrors(
            group.Index,
            group.Name,
            [.. group.Nodes.Select(node => node.OpType)],
            formats.GetValueOrDefault(group.Name, GroupFormat.Baseline).Title,
            Figures(errors[group.Index].Local),
            Figures(errors[group.Index].Accumulated),
            errors[group.Index].WorstChannelDb))];
    }

    private static ErrorFigures? Figures(TensorErrors? errors) =>
        errors is null ? null : new ErrorFigures(errors.Mse, errors.Mae, errors.Cosine, errors.SqnrDb);
}
