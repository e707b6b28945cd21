using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Bench.Jobs;

/// <summary>
/// What the stages of a finished job took, from its journal. A stage that a perfect prior could replace, however much other jobs had
/// taught it, is one that neither the answer's proof nor its files need.
/// </summary>
/// <param name="Images">Labelled images that were evaluated, by stage.</param>
/// <param name="Seconds">By stage; what setting up took is a stage of its own.</param>
internal sealed record JobStages(IReadOnlyDictionary<JobStage, int> Images, IReadOnlyDictionary<JobStage, double> Seconds)
{
    private static readonly JobStage[] Replaceable =
        [JobStage.Calibrators, JobStage.Sweep, JobStage.EarlyLooks, JobStage.OtherLooks, JobStage.Timing];

    /// <summary>The share of the labelled images that a perfect prior saves.</summary>
    public double ImageBound => Share(Images.ToDictionary(stage => stage.Key, stage => (double)stage.Value), Replaceable);

    /// <summary>The share of the seconds that it saves.</summary>
    public double TimeBound => Share(Seconds, Replaceable);

    /// <summary>The share of the seconds that the choice of calibrators and the sweep take, which no look or timing is part of.</summary>
    public double UnlabelledTime => Share(Seconds, [JobStage.Calibrators, JobStage.Sweep]);

    /// <summary>Reads the journal of an output folder of `run`.</summary>
    /// <exception cref="JobException">It is damaged, or the job has not ended.</exception>
    public static JobStages Read(string folder)
    {
        var records = FileJournal.ReadOnly(Path.Combine(folder, "journal.jsonl"));
        var winner = records.Select(record => record.Event).OfType<WinnerSelected>().LastOrDefault()
            ?? throw new JobException($"The job in {folder} has no winner yet: let it end.");
        var items = records.Select(record => record.Event).OfType<RoundProposed>()
            .SelectMany(round => round.Items).ToDictionary(item => item.Sequence, item => item.Item);
        var started = new Dictionary<int, DateTimeOffset>();
        var (images, seconds) = (new Dictionary<JobStage, int>(), new Dictionary<JobStage, double>());
        foreach (var record in records)
        {
            if (record.Event is AttemptStarted attempt)
            {
                started[attempt.Sequence] = record.At;
            }
            else if (record.Event is ItemCompleted done && started.TryGetValue(done.Sequence, out var from))
            {
                var stage = StageOf(items[done.Sequence], winner.Plan);
                var all = (record.At - from).TotalSeconds;
                var own = Math.Min(all, Own(done.Result) ?? all);
                seconds[stage] = seconds.GetValueOrDefault(stage) + own;
                seconds[JobStage.Setup] = seconds.GetValueOrDefault(JobStage.Setup) + all - own;
                images[stage] = images.GetValueOrDefault(stage) + ((done.Result as AccuracyResult)?.Total ?? 0);
            }
        }

        return new JobStages(images, seconds);
    }

    private static double Share<T>(IReadOnlyDictionary<T, double> of, IEnumerable<T> stages) =>
        stages.Sum(stage => of.GetValueOrDefault(stage)) / of.Values.Sum();

    // Measurements that say their own time leave out what they waited for.
    private static double? Own(WorkResult result) => result switch
    {
        AccuracyResult accuracy => accuracy.Seconds,
        CalibratorResult choice => choice.Seconds,
        SensitivityResult sweep => sweep.Seconds,
        FinalTimingResult timing => timing.Seconds,
        ParityResult parity => parity.Seconds,
        _ => null,
    };

    private static JobStage StageOf(WorkItem item, Plan winner) => item switch
    {
        AccuracyItem { Plan.IsBaseline: true } => JobStage.Float32,
        AccuracyItem { Images.IsFull: false } => JobStage.EarlyLooks,
        AccuracyItem look => look.Plan.Equals(winner) ? JobStage.Winner : JobStage.OtherLooks,
        CalibratorItem => JobStage.Calibrators,
        SensitivityItem => JobStage.Sweep,
        LatencyItem or ProfileItem => JobStage.Timing,
        _ => JobStage.Proof,
    };
}

/// <summary>A part of a job.</summary>
internal enum JobStage
{
    /// <summary>Calibration, data and sessions, and waiting for the machine.</summary>
    Setup,

    /// <summary>The choice of a calibrator for each group, on calibration images.</summary>
    Calibrators,

    /// <summary>FP32 on all images.</summary>
    Float32,

    /// <summary>Plans on a part of the images.</summary>
    EarlyLooks,

    /// <summary>Plans that did not win on all images.</summary>
    OtherLooks,

    /// <summary>The winner on all images.</summary>
    Winner,

    /// <summary>Each group alone, without labels.</summary>
    Sweep,

    /// <summary>Timings of single plans, and the profile.</summary>
    Timing,

    /// <summary>The finalists timed together, the parity gate, the test.</summary>
    Proof,
}
