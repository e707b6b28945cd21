using System.Diagnostics;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Evaluation.Errors;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Plans;
using Cluster.Reporting.Models;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.SingleSteps.Errors;

/// <summary>Builds a plan as `quantize` does, and compares each layer with FP32's, alone and with all layers before it.</summary>
public sealed class ErrorsWork(ErrorsRequest request, Action<string> say)
{
    private readonly int _cores = Environment.ProcessorCount;

    /// <summary>Runs the whole analysis.</summary>
    /// <exception cref="JobException">The plan belongs to another network, or quantizes nothing.</exception>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<ErrorAnalysis> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var quantize = request.ToQuantize();
        var network = quantize.Plan is { } stored
            ? NetworkFile.OpenFor(quantize.Model, PlanFiles.Read(stored))
            : NetworkFile.Open(quantize.Model);
        var memory = WorkingMemory.Of(quantize.Memory);
        using var pixels = memory.ImageSpace(Path.GetTempPath());
        var images = QuantizeImages.Open(quantize, network, pixels, isJudged: false);

        // Batches run concurrently, one thread each.
        TorchSettings.Threads = 1;
        using var float32 = new FloatNetwork(network.Grouped);
        using var hold = await new MachineLock().SharedAsync(cancellation);
        using var space = memory.Space(Path.GetTempPath());
        var samples = images.Samples!.Stratified(request.Images, request.Seed);
        var groups = await Task.Run(() => Analyse(quantize, network, float32, images, samples, memory, space, cancellation), cancellation);
        return new ErrorAnalysis(
            request.Model,
            quantize.Plan,
            quantize.Method is { } method ? CalibrationMethod.Parse(method).Id : null,
            samples.Images.Count,
            groups,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private IReadOnlyList<LayerErrors> Analyse(
        QuantizeRequest quantize,
        NetworkFile network,
        FloatNetwork float32,
        QuantizeImages images,
        ImageBatches samples,
        WorkingMemory memory,
        SpillSpace space,
        CancellationToken cancellation)
    {
        var translator = new PlanTranslator(network.Grouped, network.Digest, QuantizeRequest.Target);
        var plan = new QuantizePlanner(quantize, network, float32, translator, images, _cores, say).Make(cancellation);
        var resolver = new PlanResolver(network.Grouped, plan.Statistics);
        var whole = new ArtefactBuilder(network, float32, translator, resolver, images.Calibration, _cores, memory, space)
            .Build(plan.Plan, cancellation, plan.Corrections, plan.Learned)
            .Network ?? throw new JobException("The plan leaves every group in FP32, so there is no error to look at: give another plan.");
        var alone = Enumerable.Range(0, plan.Plan.Groups.Count)
            .Where(index => !plan.Plan.Groups[index].Format.IsBaseline)
            .ToDictionary(index => translator.Decided[index].Index, index => Alone(network, translator, resolver, plan, whole, index));
        say($"comparing {network.Grouped.Groups.Count} groups on {samples.Images.Count} images");
        var errors = ErrorSweep.Run(float32, whole, alone, samples, _cores, null, cancellation);
        var formats = plan.Plan.Groups.ToDictionary(decision => decision.Group, decision => decision.Format, StringComparer.Ordinal);
        return [.. network.Grouped.Groups.Select(group => new LayerErrors(
            group.Index,
            group.Name,
            [.. group.Nodes.Select(node => node.OpType)],
            formats.GetValueOrDefault(group.Name, GroupFormat.Baseline).Title,
            Figures(errors[group.Index].Local),
            Figures(errors[group.Index].Accumulated)))];
    }

    // Uses the file's own numbers: a bias that also corrects for the inputs' error counts as the layer's own.
    private static QuantizedNetwork Alone(
        NetworkFile network,
        PlanTranslator translator,
        PlanResolver resolver,
        QuantizePlan plan,
        QuantizedNetwork whole,
        int index)
    {
        var only = plan.Plan.With(Enumerable.Range(0, plan.Plan.Groups.Count).Where(other => other != index), GroupFormat.Baseline);
        var numbers = new StoredNumbers(only, network.Grouped.Groups);
        var learned = plan.Learned is { } all ? numbers.Learned(all) : null;
        return resolver.Resolve(translator.Settings(only), learned).WithBiases(numbers.Biases(whole.CorrectedBiases));
    }

    private static ErrorFigures? Figures(TensorErrors? errors) =>
        errors is null ? null : new ErrorFigures(errors.Mse, errors.Mae, errors.Cosine, errors.SqnrDb);
}
