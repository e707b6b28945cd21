using System.Diagnostics;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export.Paddle;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Plans;
using Cluster.Reporting.Models;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>One quantization from its files to its files: plan, build, gate, accuracy, publish, latency.</summary>
public sealed class QuantizeWork(QuantizeRequest request, Action<string> say)
{
    private readonly MachineLock _machine = new();
    private readonly int _cores = Environment.ProcessorCount;

    /// <summary>Runs the whole quantization.</summary>
    /// <exception cref="JobException">The request cannot be fulfilled, or the parity gate refuses the file.</exception>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<QuantizeReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        if (request.Unused is { } unused)
        {
            say($"warning: {unused}");
        }

        var given = request.Plan is null ? null : PlanFiles.Read(request.Plan);
        var target = TargetList.Find(given?.Plan.Target ?? QuantizeRequest.Target);
        bool runsHere = RunsHere(target);
        var network = given is not null
            ? NetworkFile.OpenFor(request.Model, given, request.Equalize)
            : NetworkFile.Open(request.Model, request.Equalize);
        if (network.Equalization is { } equalized)
        {
            say($"equalized {equalized.Pairs.Count} pairs of "
                + $"layers{(equalized.Skipped is [var first, ..] ? $"; {equalized.Skipped.Count} layers are in no pair: {first}" : "")}");
        }

        var cache = ReadCache();
        var memory = WorkingMemory.Of(request.Memory);
        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Output))!;
        using var pixels = memory.ImageSpace(folder);
        var images = QuantizeImages.Open(request, network, pixels);
        if (images.Shared is > 0 and var shared)
        {
            say($"warning: {shared} calibration images are in the evaluation set too; what is measured on them is too good");
        }

        var files = new QuantizeFiles(request.Output);
        files.Prepare(say);

        // Batches run concurrently, one thread each.
        TorchSettings.Threads = 1;
        using var float32 = new FloatNetwork(network.Grouped);
        var translator = new PlanTranslator(network.Grouped, network.Digest, target.Name, formats: null, target.Formats);
        QuantizePlan plan;
        BuiltArtefact artefact;
        ParityReport? parity;
        QuantizeLearning? learning = null;
        var meter = images.Evaluation is { } evaluation ? new ArtefactMeter(Measuring(target, network, evaluation)) : null;
        FileAccuracy? accuracy;
        using (var share = await MachineShare.TakeAsync(_machine, cancellation))
        {
            if (runsHere && images.Samples is { } samples)
            {
                await Task.Run(() => SameFunction.Require(network, float32, samples), cancellation);
            }

            plan = await Task.Run(
                () => new QuantizePlanner(request, network, float32, translator, images, _cores, say).Make(cancellation), cancellation);
            var resolver = new PlanResolver(network.Grouped, plan.Statistics);
            var rounding = new QuantizeRounding(request, network, translator, resolver, images.Calibration, say);
            if (await Task.Run(() => rounding.Learn(plan, files.Rounding, share, cancellation), cancellation) is { } learned)
            {
                plan = plan with { Learned = learned.Parameters };
                learning = learned.Report;
            }

            using var space = memory.Space(folder);
            var repairs = new QuantizeRepairs(request, float32, resolver, translator, images.Calibration, space, _cores, say);
            plan = plan with { Learned = await Task.Run(() => repairs.Learn(plan, cancellation), cancellation) };
            var builder = new ArtefactBuilder(
                network, float32, translator, resolver, images.Calibration, _cores, memory, space, Form(target, plan.Statistics));
            artefact = await Task.Run(() => builder.Build(plan.Plan, cancellation, plan.Corrections, plan.Learned), cancellation);
            parity = runsHere
                ? await Task.Run(() => Gate(target, float32, artefact, images.Samples, cancellation), cancellation)
                : null;
            accuracy = meter is null ? null : await Task.Run(() => meter.Accuracy(artefact.Bytes, cancellation), cancellation);
        }

        files.Write(network, plan, artefact, images.CalibrationDigest, request.Calibration is null ? null : given);
        say($"wrote {request.Output}");
        Export(artefact, translator.Settings(plan.Plan), plan.Statistics, cache);
        var latency = meter is null ? null : await LatencyAsync(meter, artefact, cancellation);
        return new QuantizeReport
        {
            Model = request.Model,
            Output = new QuantizeOutput(request.Output, artefact.Sha256, artefact.Bytes.LongLength, artefact.ExactOn),
            Method = request.Plan is null ? CalibrationMethod.Parse(request.Method!).Id : null,
            Rounding = request.Plan is null ? request.Rounding ?? GroupDecision.Nearest : null,
            Blocks = learning?.Blocks,
            ResumedBlocks = learning?.Resumed,
            Iterations = learning is null ? null : request.Iterations ?? QuantizeRequest.DefaultIterations,
            IterationsPerSecond = learning?.IterationsPerSecond,
            LearningSeconds = learning?.Seconds,
            WeightBits = request.Plan is null ? request.WeightBits ?? QuantizeRequest.DefaultBits : null,
            ActivationBits = request.Plan is null ? request.ActivationBits ?? QuantizeRequest.DefaultBits : null,
            FirstLastBits = request.Plan is null ? request.FirstLastBits ?? QuantizeRequest.DefaultBits : null,
            FloatShortcuts = plan.Plan.Groups.Any(group => group.FloatShortcuts) ? true : null,
            PerTensorWeights = plan.Plan.Groups.Any(group => group.PerTensorWeights) ? true : null,
            Bops = (long)BitOperations.Count(network.Grouped, translator.Settings(plan.Plan)),
            PackedBytes = artefact.Network is { } built ? PackedSize.Bytes(built) : PackedSize.Bytes(network.Grouped.Graph),
            IsLowBit = artefact.Network is { Layout.ComputesInFloat: true },
            Plan = request.Plan is { } path && request.KeepFloat32.Count == 0 ? path : files.Plan,
            Calibration = request.Calibration ?? files.Calibration,
            Int8Groups = plan.Plan.QuantizedCount,
            Precision = FormatShares.Titled(plan.Plan),
            Groups = plan.Plan.Groups.Count,
            Accuracy = accuracy?.Artefact,
            Metric = accuracy?.Metric,
            Latency = latency?.Artefact,
            Float32 = latency is { } timed ? Float32Of(network, accuracy?.Float32, timed.Float32) : null,
            Parity = parity is null ? null : ParityFindings.Of(parity),
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
        };
    }

    private async Task<(MeasuredLatency Float32, MeasuredLatency Artefact)?> LatencyAsync(
        ArtefactMeter meter, BuiltArtefact artefact, CancellationToken cancellation)
    {
        using var hold = await _machine.ExclusiveAsync(cancellation);
        return await Task.Run(() => meter.Latency(artefact.Sha256, artefact.Bytes, cancellation), cancellation);
    }

    private MeasuringSetup Measuring(ITarget target, NetworkFile network, ImageBatches evaluation) => new()
    {
        Target = target,
        Float32Model = network.Float32Model,
        Output = network.FirstOutput,
        Evaluation = evaluation,
        Metric = request.Measure,
        MetricCommand = request.MetricCommand,
        Batch = request.Batch,
        Threads = request.Threads,
    };

    private static QuantizeFloat32 Float32Of(NetworkFile network, MeasuredAccuracy? accuracy, MeasuredLatency latency) => new(
        accuracy,
        latency,
        network.Float32Model.LongLength,
        (long)BitOperations.Count(network.Grouped, [.. network.Grouped.Groups.Select(group => GroupDecision.Baseline(group.Name))]),
        PackedSize.Bytes(network.Grouped.Graph));

    private void Export(
        BuiltArtefact artefact,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? cache)
    {
        string stem = Path.ChangeExtension(request.Output, null);
        if (request.AlsoExport is ExtraExport.Paddle)
        {
            say($"wrote {string.Join(", ", new PaddleFile(stem).Write(artefact, settings, statistics, cache))} for PaddleSlim");
        }

        if (request.AlsoExport is not ExtraExport.Tensorrt)
        {
            return;
        }

        var files = new TensorRtFiles(stem);
        var written = files.Write(artefact, settings, statistics, cache);
        say(written.Contains(files.Broken)
            ? $"warning: the network would break rules of TensorRT's explicit quantization; {files.Broken} says which, nothing else was "
                + "written for TensorRT"
            : $"wrote {string.Join(", ", written)} for TensorRT, which nothing here has run");
    }

    private IReadOnlyDictionary<string, float>? ReadCache()
    {
        if (request.PaddleScales is { } paddle)
        {
            return PaddleScalesReader.Read(File.ReadAllText(paddle), Path.GetFileName(paddle));
        }

        if (request.CalibrationCache is not { } path)
        {
            return null;
        }

        using var text = File.OpenText(path);
        return CalibrationCacheReader.Read(text, Path.GetFileName(path));
    }

    // The file can be made anywhere, but its runtime may not be available here.
    private bool RunsHere(ITarget target)
    {
        try
        {
            target.RequireUsable();
            return true;
        }
        catch (JobException refusal) when (request.Evaluation is null)
        {
            say($"{refusal.Message} The file is as the plan says, but is not run here.");
            return false;
        }
    }

    // The user chooses how codes below 8 bits are stored if the file is ONNX Runtime's own.
    private IFileForm Form(ITarget target, CalibrationStatistics statistics) =>
        target.Form(statistics) is var form and not QdqForm ? form : new QdqForm(request.Storage);

    private ParityReport? Gate(
        ITarget target, FloatNetwork float32, BuiltArtefact artefact, ImageBatches? samples, CancellationToken cancellation)
    {
        if (artefact.Network is null)
        {
            return null;
        }

        if (samples is null)
        {
            say("without --eval or --data there are no images for the parity gate; the file is as the plan says, but was not run here");
            return null;
        }

        var report = new ParityReports(target, float32, samples, request.Measure.Outputs()).Check(artefact, cancellation)!;
        return report.Passed
            ? report
            : throw new JobException($"The parity gate refuses the file, nothing was written: {report.Failure}");
    }
}
