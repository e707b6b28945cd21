using Cluster.Kernels.Export.Paddle;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>One quantization from its files to its files: plan, build, gate, accuracy, publish, latency.</summary>
public sealed class QuantizeWork(QuantizeRequest request, Action<string> say)
{
    private readonly MachineLock _machine = new();
    private readonly QuantizeFiles _files = new(request.Output);

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
        var network = NetworkFile.OpenFor(request.Model, given, request.Equalize, request.Sizes);
        foreach (string note in request.Given.Notes)
        {
            say(note);
        }

        if (network.Equalization is { } equalized)
        {
            say($"equalized {equalized.Pairs.Count} pairs of "
                + $"layers{(equalized.Skipped is [var first, ..] ? $"; {equalized.Skipped.Count} layers are in no pair: {first}" : "")}");
        }

        var ranges = ReadRanges();
        var memory = WorkingMemory.Of(request.Memory);
        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Output))!;
        using var pixels = memory.ImageSpace(folder);
        var images = QuantizeImages.Open(request, network, pixels);
        if (images.Shared is > 0 and var shared)
        {
            say($"warning: {shared} calibration images are in the evaluation set too; what is measured on them is too good");
        }

        if ((images.Samples is { } all ? SampleShapes.Words(all.Images) : null) is { } shapes)
        {
            say(shapes);
        }

        var judge = images.Judge(request, network);
        foreach (string reading in judge?.Sentences ?? [])
        {
            say(reading);
        }

        _files.Prepare(say);
        using var uncalibrated = new NetworkSetup(network, target, memory, folder);
        Made made;
        using (var share = await MachineShare.TakeAsync(_machine, cancellation))
        {
            made = await Task.Run(() => Make(uncalibrated, images, judge, runsHere, share, cancellation), cancellation);
        }

        _files.Write(network, made.Plan, made.Artefact, images.CalibrationDigest, request.Calibration is null ? null : given);
        say($"wrote {request.Output}");
        Export(made.Setup, made.Plan, made.Artefact, ranges);
        var latency = made.Meter is null
            ? null
            : await made.Meter.LatencyAsync(_machine, made.Artefact.Sha256, made.Artefact.File, cancellation);
        return Report(made, latency) with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    private Made Make(
        NetworkSetup uncalibrated,
        QuantizeImages images,
        AnswerJudge? judge,
        bool runsHere,
        MachineShare share,
        CancellationToken cancellation)
    {
        if (request.Calibration is not null && images.Samples is { } samples)
        {
            uncalibrated.RequireSameFunction(samples);
        }

        var plan = new QuantizePlanner(request, uncalibrated, images, say).Make(cancellation);
        var setup = uncalibrated.With(plan.Statistics, images.Calibration, images.Samples, request.Measure, request.Storage) with
        {
            MetricCommand = request.MetricCommand,
            Judge = judge,
            Batch = request.Batch,
            Threads = request.Threads,
        };
        setup.Warn(say);

        var learning = new QuantizeRounding(request, setup, say).Learn(plan, _files.Rounding, share, cancellation);
        plan = plan with { Learned = learning?.Parameters ?? plan.Learned };
        var artefact = setup.Builder.Build(plan.Plan, cancellation, plan.Corrections, plan.Learned);
        string[] layers = artefact.Network is { } numbers ? InFloat(setup, plan.Plan, numbers) : [];
        if (layers.Length > 0)
        {
            say($"{string.Join(", ", layers)} stay{(layers.Length == 1 ? "s" : "")} in FP32: a convolution whose output is not rounded has "
                + "no integer kernel, and what leads to the network's output alone is not rounded");
        }

        var parity = runsHere ? Gate(setup, artefact, images, cancellation) : null;
        var channels = artefact.Network is { } built
            && (images.Samples is null ? null : images.Evaluation ?? setup.Calibration) is { } seen // without what was left out
            ? new ChannelCheck(setup, built, seen, cancellation)
            : null;
        if ((channels?.Lost(plan.Plan)?.Words
            ?? channels?.Weakest()
            ?? channels?.Silent()
            ?? channels?.Unseen(HeldOut(setup, plan, artefact.Network!))) is { } lost)
        {
            say($"warning: {lost}");
        }

        var meter = images.Evaluation is null ? null : new ArtefactMeter(setup);
        var accuracy = meter?.Accuracy(artefact.File, cancellation);
        if (accuracy?.Doubt is { } doubt)
        {
            say(doubt);
        }

        var finding = parity is null ? null : ParityFindings.Of(parity) with { WorstChannel = channels?.Worst };
        return new Made(setup, plan, artefact, layers.Length, learning, finding, meter, accuracy);
    }

    private static string[] InFloat(EvaluationSetup setup, Plan plan, QuantizedNetwork numbers)
    {
        var graph = setup.Network.Grouped;
        return numbers.Layout is { ComputesInFloat: true } ? [] :
        [
            .. OnnxRuntimeCpuPlacement.WithoutKernel(graph)
                .Where(layer => setup.Translator.Settings(plan)[graph.GroupOf(layer)].Format.IsInteger)
                .Select(layer => $"'{layer.Name}'"),
        ];
    }

    // TensorRT's ranges are its own file's.
    private static IEnumerable<(QuantizedNetwork Network, ImageBatches Samples)> HeldOut(
        EvaluationSetup setup, QuantizePlan plan, QuantizedNetwork built) =>
        plan.HeldOut is { } samples && !built.Layout.IsForTensorRt ? samples.Of(setup, plan, built) : [];

    private QuantizeReport Report(Made made, (MeasuredLatency Float32, MeasuredLatency Artefact)? latency)
    {
        var (setup, plan, artefact, layersInFloat, learning, parity, _, accuracy) = made;
        var network = setup.Network;
        bool isNew = request.Plan is null;
        int? Bits(int? asked) => isNew ? asked ?? QuantizeRequest.DefaultBits : null;
        return new QuantizeReport
        {
            Model = request.Model,
            Output = new QuantizeOutput(request.Output, artefact.Sha256, artefact.File.Length, artefact.ExactOn),
            Method = isNew ? CalibrationMethod.Parse(request.Method!).Id : null,
            Rounding = isNew ? request.Rounding ?? GroupDecision.Nearest : null,
            Blocks = learning?.Blocks,
            ResumedBlocks = learning?.Resumed,
            Iterations = learning?.Iterations,
            IterationsPerSecond = learning?.IterationsPerSecond,
            LearningSeconds = learning?.Seconds,
            WeightBits = Bits(request.WeightBits),
            ActivationBits = Bits(request.ActivationBits),
            FirstLastBits = Bits(request.FirstLastBits),
            Bops = (long)BitOperations.Count(network.Grouped, setup.Translator.Settings(plan.Plan)),
            PackedBytes = artefact.Network is { } built ? PackedSize.Bytes(built) : PackedSize.Bytes(network.Grouped.Graph),
            IsLowBit = artefact.Network is { Layout.ComputesInFloat: true },
            Plan = request.Plan is { } path && request.KeepFloat32.Count == 0 ? path : _files.Plan,
            Calibration = request.Calibration ?? _files.Calibration,
            Int8Groups = plan.Plan.QuantizedCount,
            LayersInFloat = layersInFloat,
            Precision = FormatShares.Titled(plan.Plan) + layersInFloat switch
            {
                0 => string.Empty,
                1 => ", one layer of them in FP32",
                _ => $", {layersInFloat} layers of them in FP32",
            },
            Groups = plan.Plan.Groups.Count,
            Accuracy = accuracy?.Artefact,
            Metric = accuracy?.Metric,
            Latency = latency?.Artefact,
            Float32 = latency is { Float32: var float32 }
                ? new QuantizeFloat32(
                    accuracy?.Float32,
                    float32,
                    network.Float32Model.Length,
                    (long)BitOperations.Count(
                        network.Grouped, [.. network.Grouped.Groups.Select(group => GroupDecision.Baseline(group.Name))]),
                    PackedSize.Bytes(network.Grouped.Graph))
                : null,
            Parity = parity,
        };
    }

    private void Export(
        EvaluationSetup setup, QuantizePlan plan, BuiltArtefact artefact, IReadOnlyDictionary<string, float>? ranges)
    {
        var settings = setup.Translator.Settings(plan.Plan);
        string stem = Path.ChangeExtension(request.Output, null);
        if (request.AlsoExport is ExtraExport.Paddle)
        {
            say($"wrote {string.Join(", ", new PaddleFile(stem).Write(artefact, settings, setup.Statistics, ranges))} for PaddleSlim");
        }

        if (request.AlsoExport is not ExtraExport.Tensorrt)
        {
            return;
        }

        var files = new TensorRtFiles(stem);
        var written = files.Write(artefact, settings, setup.Statistics, setup.Parity.FailureOf, ranges);
        say(written.Contains(files.Broken)
            ? $"warning: the network would break rules of TensorRT's explicit quantization, or not compute the plan; {files.Broken} "
                + "says which, nothing else was written for TensorRT"
            : $"wrote {string.Join(", ", written)} for TensorRT, which is not here: the network was compared in ONNX Runtime");
    }

    private IReadOnlyDictionary<string, float>? ReadRanges()
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

    private ParityReport? Gate(EvaluationSetup setup, BuiltArtefact artefact, QuantizeImages images, CancellationToken cancellation)
    {
        if (artefact.Network is not null && images.Samples is null)
        {
            say("without --eval or --data there are no images for the parity gate; the file is as the plan says, but was not run here");
        }

        var report = setup.Parity.Check(artefact, cancellation);
        return report is null or { Passed: true }
            ? report
            : throw new JobException($"The parity gate refuses the file, nothing was written: {report.Failure}");
    }

    /// <summary>What was made before anything is written.</summary>
    /// <param name="LayersInFloat">Layers of quantized groups that have no integer kernel.</param>
    /// <param name="Learning">Null where no rounding was learned.</param>
    /// <param name="Parity">Null where the file was not run.</param>
    /// <param name="Meter">Null without evaluation data, like the accuracy.</param>
    private sealed record Made(
        EvaluationSetup Setup,
        QuantizePlan Plan,
        BuiltArtefact Artefact,
        int LayersInFloat,
        QuantizeLearning? Learning,
        ParityFinding? Parity,
        ArtefactMeter? Meter,
        FileAccuracy? Accuracy);
}
