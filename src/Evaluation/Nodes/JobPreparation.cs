using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Gpus;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes.Data;
using Cluster.Evaluation.Setup;
using Cluster.Kernels;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;

namespace Cluster.Evaluation.Nodes;

/// <summary>Reads a new job's files as its evaluators will, and tells what follows from them.</summary>
public static class JobPreparation
{
    /// <exception cref="Coordinator.JobException">It cannot be met.</exception>
    /// <exception cref="Kernels.KernelException">Model or data cannot be used.</exception>
    public static async Task<PreparedJob> RunAsync(
        JobInputs inputs, JobOptions options, NodeFolders folders, SlotDevice slot, CancellationToken cancellation)
    {
        using var files = await new JobFiles(folders).LocateAsync(inputs, cancellation);
        using var opened = Open(files.Inputs, options, folders, slot);
        var unsupported = opened.Network.Grouped.Groups
            .Where(group => !group.CanQuantize)
            .SelectMany(group => group.Nodes.Select(node => node.OpType))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var space = opened.Lazy.Space;
        var forecast = SearchForecast.Of(opened.Spec, space);
        return new PreparedJob(opened.Spec, space, [.. unsupported], forecast.Likely, opened.Warnings) { MostItems = forecast.Most };
    }

    private static OpenedJob Open(LocalInputs files, JobOptions options, NodeFolders folders, SlotDevice slot)
    {
        try
        {
            return OpenedJob.Describe(files, options.InACluster(), JobFolder.CalibrationIn(folders.Temporary), slot: slot);
        }
        catch (KernelException refusal)
        {
            var (fault, field) = FaultOf(files.Model);
            throw new PreparationException(fault, field, refusal.Message, refusal);
        }
    }

    // Only after a refusal, so that it costs nothing otherwise: opening the model alone shows whether the model is at
    // fault.
    private static (PreparationFault Fault, string Field) FaultOf(string model)
    {
        try
        {
            var graph = GraphNormalizer.Normalize(OnnxReader.Read(File.ReadAllBytes(model), model));
            try
            {
                SupportedOperators.Verify(graph);
            }
            catch (KernelException)
            {
                return (PreparationFault.Operator, "model");
            }

            GraphLimits.RequireSearchable(NetworkFile.Open(model, isApart: false).Grouped);
            return (PreparationFault.Spec, string.Empty);
        }
        catch (KernelException)
        {
            return (PreparationFault.Model, "model");
        }
    }
}
