using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Evaluation.Publishing;
using Cluster.Export.Paddle;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>A job with a given plan from files to files: plan, training if asked for, build, gate, accuracy, publish, latency.</summary>
public sealed class QuantizeWork(JobRequest request, GivenPlan given, Action<string> say)
{
    private readonly MachineLock _machine = new() { Said = say };
    private readonly QuantizeFiles _files = new(request.Output);

    /// <summary>Runs the whole job; an interrupted one resumes what it learned.</summary>
    /// <exception cref="JobException">The request cannot be fulfilled, or the parity gate refuses the file.</exception>
    /// <exception cref="Networks.KernelException">Model or images cannot be used.</exception>
    public async Task<QuantizeReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        if (given.Unused(request.Options) is { } unused)
        {
            say($"warning: {unused}");
        }

        var ranges = ReadRanges();
        using var job = new GivenJob(request, given, Path.GetDirectoryName(Path.GetFullPath(request.Output))!, say);
        _files.Prepare(say);
        Made made;
        using (var share = await MachineShare.TakeAsync(_machine, cancellation))
        {
            made = await Task.Run(() => Make(job, share, cancellation), cancellation);
        }

        (MeasuredLatency, MeasuredLatency)? latency = job.Data.GivenEvaluation is null || made.Training is not null
            ? null
            : await ArtefactMeter.LatencyAsync(made.Setup, _machine, made.Artefact, cancellation);
        var report = Report(made, latency);

        // Last: what fails before leaves no file.
        _files.Write(job.Network, made.Plan, made.Artefact, job.Data.Digests.Calibration, IsStored ? job.Stored : null);
        say($"wrote {request.Output}");
        WriteTrained(job, made);
        Export(made.Setup, made.Plan, made.Artefact, ranges);
        if (made.Poor is { } poor)
        {
            using var share = await MachineShare.TakeAsync(_machine, cancellation);
            report = report with
            {
                WayUp = await Task.Run(
                    () => WayUp.Of(made.Setup, made.Plan, made.Artefact.Network!, poor, say, cancellation), cancellation),
                Data = request.Inputs.Calibration?.Spec,
            };
        }

        return report with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    // A stored plan whose numbers are not changed needs no folder of its own for them.
    private bool IsStored => given.Calibration is not null && request.Inputs.Training is null;

    // Whatever the verdict: the file is the user's work, and another set of images may tell more.
    private void WriteTrained(GivenJob job, Made made)
    {
        _files.Trained.Delete();
        if (made.Training is { Verdict.Kept: false } refused)
        {
            _files.Trained.Write(job.Network, Trained(made.Plan, refused), refused.After, job.Data.Digests.Calibration, stored: null);
            say($"wrote {_files.Trained.Model}, which was trained");
        }
    }

    private static QuantizePlan Trained(QuantizePlan plan, FineTuneOutcome training) =>
        plan with { Plan = training.Plan, Corrections = training.Learned.Biases, Learned = training.Learned };

    private Made Make(GivenJob job, MachineShare share, CancellationToken cancellation)
    {
        var (plan, setup) = job.Make(cancellation);
        var learning = new QuantizeRounding(request, given, setup, say).Learn(plan, _files.Rounding, share, cancellation);
        plan = plan with { Learned = learning?.Parameters ?? plan.Learned };
        var training = job.Data.Training is { } images ? Train(plan, setup, images, share, cancellation) : null;
        if (training is { Verdict.Kept: true })
        {
            plan = Trained(plan, training);
        }

        var artefact = setup.Builder.Build(plan.Plan, cancellation, plan.Corrections, plan.Learned);
        string[] layers = artefact.Network is { } numbers ? InFloat(setup, plan.Plan, numbers) : [];
        if (layers.Length > 0)
        {
            say($"{string.Join(", ", layers)} stay{(layers.Length == 1 ? "s" : "")} in FP32: a convolution whose output is not rounded has "
                + "no integer kernel, and what leads to the network's output alone is not rounded");
        }

        var parity = job.RunsHere ? Gate(setup, artefact, cancellation) : null;
        var channels = artefact.Network is { } built
            && (job.Data.Samples is null ? null : job.Data.GivenEvaluation ?? setup.Calibration) is { } seen // without what was left out
            ? new ChannelCheck(setup, built, seen, cancellation)
            : null;
        string? poor = channels?.Lost(plan.Plan)?.Words ?? channels?.Uneven() ?? channels?.Weakest();
        if ((poor ?? channels?.Silent() ?? channels?.Unseen(HeldOut(setup, plan, artefact.Network!))) is { } lost)
        {
            say($"warning: {lost}");
        }

        if (parity is not null && job.Data.GivenEvaluation is null && SlowFile.Words(setup, artefact, cancellation) is { } slow)
        {
            say($"warning: {slow}");
        }

        var accuracy = job.Data.GivenEvaluation is null ? null : ArtefactMeter.Accuracy(setup, artefact.File, cancellation);
        if (accuracy?.Doubt is { } doubt)
        {
            say($"warning: {doubt}");
        }

        var finding = parity is null ? null : ParityFindings.Of(parity) with
        {
            WorstChannel = channels?.Worst,
            Quiet = channels?.Quiet,
        };
        var samples = poor is null ? null : channels!.Samples;
        return new Made(setup, plan, artefact, learning, training, finding, accuracy, samples);
    }

    // Whether the trained file is kept is decided by top-1. Nothing is timed then.
    private FineTuneOutcome Train(
        QuantizePlan plan, EvaluationSetup setup, ImageBatches images, MachineShare share, CancellationToken cancellation)
    {
        setup = setup with { Metric = MetricKind.Top1, Predictions = null, Judge = null };
        return new PlanTraining(setup, new FileScorer(setup), images, say)
        {
            Device = given.Device ?? ComputeDevice.Cpu,
            Job = request.Options,
        }.Run(new FineTuneStart(plan.Plan, plan.Corrections, plan.Learned), _files.Training, share, cancellation);
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
        var (setup, plan, artefact, learning, training, parity, accuracy, _) = made;
        var network = setup.Network;
        return new QuantizeReport
        {
            Model = request.Inputs.Model,
            Output = new QuantizeOutput(
                request.Output, artefact.Sha256, artefact.File.Length, artefact.ExactOn, artefact.LeastRuntime, artefact.Form,
                artefact.Pixels),
            OpeningTimes = artefact is { Forms.Count: > 0, Network: { } formed } ? FormProof.OpeningTimes(formed, artefact.File) : null,
            Plan = _files.Plan,
            Calibration = IsStored ? given.Calibration! : _files.Calibration,
            Learning = learning,
            FineTune = training is null ? null : FineTuneReport.Of(training, training.Verdict.Kept ? request.Output : _files.Trained.Model),
            Bops = (long)BitOperations.Count(network.Grouped, setup.Translator.Settings(plan.Plan)),
            PackedBytes = artefact.Network is { } built ? PackedSize.Bytes(built) : PackedSize.Bytes(network.Grouped.Graph),
            IsLowBit = artefact.Network is { Layout.ComputesInFloat: true },
            Int8Groups = plan.Plan.QuantizedCount,
            Layers = artefact.Network?.Layers,
            Precision = FormatShares.Titled(plan.Plan, artefact.Network?.Layers),
            Groups = plan.Plan.Groups.Count,
            Accuracy = accuracy?.Artefact,
            Metric = accuracy?.Metric,
            Latency = latency?.Artefact,
            Float32 = accuracy is null ? null : new QuantizeFloat32(
                accuracy.Float32,
                latency?.Float32,
                network.Content.Length,
                (long)BitOperations.Count(
                    network.Grouped, [.. network.Grouped.Groups.Select(group => GroupDecision.Baseline(group.Name))]),
                PackedSize.Bytes(network.Grouped.Graph)),
            Parity = parity,
        };
    }

    private void Export(
        EvaluationSetup setup, QuantizePlan plan, BuiltArtefact artefact, IReadOnlyDictionary<string, float>? ranges)
    {
        var kept = KeptGroups.Names(request.Options.KeepFloat32 ?? [], setup.Network.Grouped.Groups, request.Inputs.Model);
        var files = new ExtraFiles(Path.ChangeExtension(request.Output, null), setup, kept, ranges);
        foreach (string words in files.Write(request.Options, artefact, plan.Plan).SelectMany(written => written.Words))
        {
            say(words);
        }
    }

    private IReadOnlyDictionary<string, float>? ReadRanges()
    {
        if (given.PaddleScales is { } paddle)
        {
            return PaddleScalesReader.Read(File.ReadAllText(paddle), Path.GetFileName(paddle));
        }

        if (given.CalibrationCache is not { } path)
        {
            return null;
        }

        using var text = File.OpenText(path);
        return CalibrationCacheReader.Read(text, Path.GetFileName(path));
    }

    private ParityReport? Gate(EvaluationSetup setup, BuiltArtefact artefact, CancellationToken cancellation)
    {
        if (artefact.Network is not null && (request.Inputs.Calibration ?? request.Inputs.Evaluation) is null)
        {
            say("without --eval or --data there are no images for the parity gate; the file is as the plan says, but was not run here");
        }

        var report = setup.Parity.Check(artefact, cancellation);
        return report is null or { Passed: true }
            ? report
            : throw new JobException($"The parity gate refuses the file, nothing was written: {report.Failure}");
    }

    /// <summary>What was made before anything is written.</summary>
    /// <param name="Learning">Null where no rounding was learned.</param>
    /// <param name="Training">Null where the plan was not trained.</param>
    /// <param name="Parity">Null where the file was not run.</param>
    /// <param name="Accuracy">Null without evaluation data.</param>
    /// <param name="Poor">Samples on which the outputs keep too little; null where they keep enough.</param>
    private sealed record Made(
        EvaluationSetup Setup,
        QuantizePlan Plan,
        BuiltArtefact Artefact,
        QuantizeLearning? Learning,
        FineTuneOutcome? Training,
        ParityFinding? Parity,
        FileAccuracy? Accuracy,
        ImageBatches? Poor);
}
