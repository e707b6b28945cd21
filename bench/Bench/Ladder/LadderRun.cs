using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.Targets;
using Cluster.Grains.Contracts;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Plans;
using Cluster.Silo.Api;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Ladder;

/// <summary>Climbs a ladder: each step is an exported file, measured in ONNX Runtime and judged against the best before it.</summary>
/// <param name="folder">The steps' files; what was searched or learned in an earlier run of the same ladder is taken from there.</param>
internal sealed class LadderRun(LadderOptions options, string folder, Action<string> say, CancellationToken cancellation)
{
    private readonly List<LadderRow> _rows = [];
    private (LadderCandidate Candidate, LadderScore Score, int Row)? _best;
    private long _began;

    private LadderCandidate Best => _best!.Value.Candidate;

    public async Task<LadderFile> ClimbAsync()
    {
        Directory.CreateDirectory(folder);
        var network = NetworkFile.Open(options.Model);
        var request = Request();
        var data = JobData.Open(request.Inputs, request.Options, network);
        foreach (string warning in data.Warnings)
        {
            say($"warning: {warning}");
        }

        using var uncalibrated = new NetworkSetup(network, TargetList.Find(request.Options.Target), WorkingMemory.Usual, folder);
        var statistics = await SharedAsync(() => uncalibrated.Calibrate(data.Calibration, cancellation));
        var setup = uncalibrated.With(statistics, data.Calibration, data.Evaluation, data.Metric) with { Test = data.Test };
        var meter = new LadderMeter(setup, cancellation);
        Begin("FP32");
        await SharedAsync(() => Keep("FP32", "", null, meter.Float32(), network.Float32Model));
        await SharedAsync(() => Ranges(uncalibrated, setup, meter));
        await SkipAsync(setup, meter, request);
        await LearnAsync(setup, meter);
        return new LadderFile(
            options,
            _rows,
            _best!.Value.Row,
            $"{OpenedJob.CurrentVersions().Runtime}, {MachineDescription.Summary()}, one thread a file",
            null);
    }

    private JobRequest Request() => new()
    {
        Inputs = new LocalInputs
        {
            Model = options.Model,
            Calibration = options.Calibration,
            Evaluation = options.Evaluation,
            Test = options.Test
        },
        Options = new JobOptions
        {
            Batch = options.Batches[0],
            MaxDrop = options.MaxDrop,
            Seed = options.Seed,
            Reconstruct = ReconstructionMode.Never
        },
        Output = Path.Combine(folder, "search"),
        LatencyTable = options.LatencyTable,
        Workers = Environment.ProcessorCount,
        Cache = null,
    };

    private void Ranges(NetworkSetup uncalibrated, EvaluationSetup setup, LadderMeter meter)
    {
        string[] names = [.. setup.Translator.Decided.Select(group => group.Name)];
        LadderCandidate All(string method, bool corrected) =>
            Build(setup, Plan.Uniform(GroupFormat.Int8, QuantizeRequest.Target, names, method, corrected));

        Begin("max");
        Step("max", "all INT8, biases as they are", All("max", false), meter);
        Begin("best calibrator");

        var tried = new LadderCalibrators(options, uncalibrated, setup, cancellation).Compare();
        string list = string.Join(", ", tried.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Method} {one.Kl:0.0000}")));
        Step(
            "best calibrator",
            $"{tried[0].Method}; KL of all on halves of the calibration images, calibrated on the other half, biases corrected: {list}",
            All(tried[0].Method, false),
            meter,
            isChosen: true);
        Begin("bias correction");
        Step("bias correction", "", All(Best.Plan.Groups[0].Calibrator, true), meter);
    }

    private async Task SkipAsync(EvaluationSetup setup, LadderMeter meter, JobRequest request)
    {
        Begin("skips");
        var outcome = await LadderSkips.SearchAsync(
            request with { Options = request.Options with { Methods = [Best.Plan.Groups[0].Calibrator] } }, say, cancellation);
        await SharedAsync(() =>
        {
            var candidates = new LadderSkips(options)
                .Candidates(outcome, Best.Plan)
                .Select(one => (Candidate: Build(setup, one.Plan), one.What))
                .ToList();
            var (candidate, what) = candidates.Count == 1 ? candidates[0] : candidates.MinBy(one => meter.CalibrationKl(one.Candidate));
            Step(
                "skips",
                what + (candidates.Count == 1
                    ? ""
                    : $"; of {candidates.Count} such plans the one with the lowest KL on the calibration images"),
                candidate,
                meter);
        });
    }

    private async Task LearnAsync(EvaluationSetup setup, LadderMeter meter)
    {
        var learning = new LadderLearning(options, setup, folder, say, cancellation);
        var start = Best;
        foreach (var (name, method) in new[] { ("AdaRound", ReconstructionMethod.AdaRound), ("QDrop", ReconstructionMethod.QDrop) })
        {
            Begin(name);
            await SharedAsync(() =>
            {
                var (rounded, how) = learning.Round(start, method);
                Step(name, how, rounded, meter);
            });
        }

        if (options.Training is { } training)
        {
            Begin("QAT");
            await SharedAsync(() =>
            {
                var (trained, how) = learning.Train(Best, training);
                Step("QAT", $"of {_rows[_best!.Value.Row].Step}, {how}", trained, meter);
            });
        }
    }

    private LadderCandidate Build(EvaluationSetup setup, Plan plan) => new(plan, null, setup.Builder.Build(plan, cancellation));

    private void Step(string name, string what, LadderCandidate candidate, LadderMeter meter, bool isChosen = false) =>
        Keep(name, what, candidate, meter.Score(candidate), candidate.Artefact.Bytes, isChosen);

    private void Keep(string name, string what, LadderCandidate? candidate, LadderScore score, byte[] model, bool isChosen = false)
    {
        var verdict = candidate is null || _best is null
            ? null
            : LadderVerdict.Of(_best.Value.Score, score, _rows[0].Correct - (options.MaxDrop * score.Runtime.Total) - 1e-9, isChosen);
        string file = $"{_rows.Count + 1}-{name.Replace(' ', '-').ToLowerInvariant()}.onnx";
        AtomicFile.Write(Path.Combine(folder, file), model);
        var row = new LadderRow
        {
            Step = name,
            What = what,
            Skipped = candidate?.Skipped ?? 0,
            Correct = score.Runtime.Correct,
            Total = score.Runtime.Total,
            Kl = score.Runtime.Kl,
            Agree = score.Runtime.Agree,
            TestCorrect = score.TestCorrect,
            Parity = score.Parity?.Passed,
            Carried = verdict?.Carried,
            Reason = verdict?.Reason ?? score.Parity?.Failure,
            Seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds,
            File = file,
            Sha256 = candidate?.Artefact.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(model)),
        };
        _rows.Add(row);
        if (candidate is not null && verdict is null or { Carried: true })
        {
            _best = (candidate, score, _rows.Count - 1);
        }

        string figures = string.Create(
            CultureInfo.InvariantCulture, $"{name}: {row.Correct} of {row.Total}, KL {row.Kl:0.00000}, {row.Seconds:F0} s");
        string detail = what.Length > 0 ? $"; {what}" : "";
        string judgement = verdict is null ? "" : verdict.Carried ? "; carried on: " : "; not carried on: ";
        say($"{figures}{detail}{judgement}{verdict?.Reason}");
    }

    private void Begin(string name)
    {
        _began = Stopwatch.GetTimestamp();
        say(name);
    }

    // Timing elsewhere on this machine and what would disturb it wait for each other; a job's own search takes the lock by itself.
    private async Task SharedAsync(Action work) => await SharedAsync(() =>
    {
        work();
        return true;
    });

    private async Task<T> SharedAsync<T>(Func<T> work)
    {
        using var hold = await new MachineLock().SharedAsync(cancellation);
        return await Task.Run(work, cancellation);
    }
}
