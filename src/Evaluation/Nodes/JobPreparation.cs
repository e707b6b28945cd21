using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Evaluation.Nodes;

/// <summary>Reads a new job's files in the same way as its evaluators will, and returns what follows from them.</summary>
public static class JobPreparation
{
    /// <exception cref="JobException">It cannot be met.</exception>
    /// <exception cref="Networks.KernelException">Model or data cannot be used.</exception>
    public static async Task<PreparedResult> RunAsync(
        JobInputs inputs, JobOptions options, NodeFolders folders, SlotDevice slot, CancellationToken cancellation)
    {
        using var files = await new JobFiles(folders).LocateAsync(inputs, cancellation);
        using var opened = Open(files, options, folders, slot);
        RequireExecutable(opened);
        var unsupported = opened.Network.Grouped.Groups
            .Where(group => !group.CanQuantize)
            .SelectMany(group => group.Nodes.Select(node => node.OpType))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var space = opened.Lazy.Space;
        var forecast = SearchForecast.Of(opened.Spec, space);
        string[] notes = [.. opened.Warnings, .. opened.Data.Readings];
        return new PreparedResult(opened.Spec, space, [.. unsupported], forecast.Likely, forecast.Most, notes);
    }

    private static OpenedJob Open(LocatedFiles files, JobOptions options, NodeFolders folders, SlotDevice slot)
    {
        try
        {
            return OpenedJob.Describe(
                files.Inputs, options, JobFolder.CalibrationIn(folders.Temporary), slot: slot, access: files.Access);
        }
        catch (KernelException refusal)
        {
            var (fault, field) = FaultOf(files.Inputs.Model, refusal);
            throw new PreparationException(fault, field, refusal.Message, refusal);
        }
    }

    // A network that loads but cannot be executed would fail repeatedly, on every node.
    private static void RequireExecutable(OpenedJob opened)
    {
        try
        {
            opened.Lazy.RequireSameFunction();
        }
        catch (Exception failure) when (failure is KernelException or InvalidPlanException)
        {
            throw new PreparationException(
                JobFault.Model,
                "model",
                $"The model cannot be executed in FP32, which was tried with the first calibration images: {failure.Message} Correct the "
                + "model, or leave out what makes it so.",
                failure);
        }
    }

    // Only after a refusal, so that it costs nothing otherwise: opening only the model shows whether it is at fault.
    private static (JobFault Fault, string Field) FaultOf(string model, KernelException refusal)
    {
        try
        {
            var graph = GraphNormalizer.Normalize(OnnxReader.Read(OnnxReader.ReadFile(model, isApart: false), model));
            GraphLimits.RequireSearchable(NetworkFile.Open(model, isApart: false).Grouped);
            return (Refusals.FaultOf(refusal), string.Empty);
        }
        catch (KernelException)
        {
            return (JobFault.Model, "model");
        }
    }
}
