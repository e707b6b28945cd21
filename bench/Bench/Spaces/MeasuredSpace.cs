using System.Globalization;
using Cluster.Bench.Strategies;
using Cluster.Coordinator.Latency;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Data;
using Cluster.Evaluation.Setup;
using Cluster.Plans;

namespace Cluster.Bench.Spaces;

/// <summary>A space of which everything is measured: what a job asks of an evaluator is answered from what is kept.</summary>
internal sealed class MeasuredSpace
{
    private readonly OpenedJob _job;
    private readonly PlanSpace _plans;
    private readonly ProfileResult _profile;
    private readonly IReadOnlyDictionary<int, (double Share, double Float32Ms)> _times;
    private readonly double _float32Ms;
    private readonly int[] _labels;
    private readonly PlanAnswers _firstAttempt;

    // By the plan's number.
    private readonly PlanAnswers[] _plain;
    private readonly PlanAnswers[] _corrected;

    public MeasuredSpace(string folder, OpenedJob job, PlanSpace plans, PlanTimes measured)
    {
        (_job, _plans) = (job, plans);
        (_profile, _times) = (measured.ReadProfile(), measured.ReadTimes());
        _float32Ms = _times.Values.Select(time => time.Float32Ms).Order().ElementAt(_times.Count / 2);
        var images = job.Data.Evaluation.Images;
        _labels = [.. Enumerable.Range(0, images.Count).Select(images.Label)];
        _firstAttempt = PlanAnswers.Read(SpaceMeasurement.FirstAttemptPath(folder));
        PlanAnswers[] All(bool corrected) =>
        [
            .. Enumerable.Range(0, plans.Count).Select(number => PlanAnswers.Read(SpaceMeasurement.AnswersPath(folder, number, corrected))),
        ];
        (_plain, _corrected) = (All(corrected: false), All(corrected: true));
    }

    /// <summary>The space as a job of a seed meets it.</summary>
    /// <param name="corrected">Whether biases are corrected, or every plan answers as if they were not.</param>
    public RaceTrack Track(bool corrected, long seed)
    {
        var answers = corrected ? _corrected : _plain;
        var spec = _job.Spec with { Options = _job.Spec.Options with { Seed = seed } };
        return new RaceTrack(spec, _job.Lazy.Space, plan => 1 / Share(plan), item => item switch
        {
            AccuracyItem accuracy => On(answers, accuracy),
            SensitivityItem sweep => Sweep(answers, sweep),
            LatencyItem latency => Latency(latency.Plan),
            FinalTimingItem together => new FinalTimingResult([.. together.Plans.Select(Latency)]),
            ParityItem => new ParityResult(
                new ParityFinding(Passed: true, _labels.Length, _job.Lazy.Space.Groups.Count) { Top1Agreement = 1 }, null, []),
            ProfileItem => _profile,
            _ => throw new InvalidOperationException($"Nothing is kept for {item.Title}."),
        }, item => Otherwise(answers, item));
    }

    /// <summary>
    /// How many images FP32, all in 8 bits and the first attempt are right on, and the plan that is fastest within a bound, in a line.
    /// </summary>
    public string Words(bool corrected, double bound)
    {
        var track = Track(corrected, seed: 0);
        int Right(PlanAnswers answers) => answers.Predictions.Zip(_labels).Count(pair => pair.First == pair.Second);
        var answers = corrected ? _corrected : _plain;
        int fastest = Enumerable.Range(0, _plans.Count)
            .Where(number => track.Drop(_plans.Of(number, corrected: true)) <= bound)
            .MinBy(number => Share(_plans.Of(number, corrected)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"FP32 {Right(answers[0])} right of {_labels.Length}, all INT8 {Right(answers[^1])} ({1 / Share(track.Start):F2}x), by max "
            + $"{Right(_firstAttempt)}; fastest within {100 * bound:0.##} points {_plans.Words(fastest)}, {Right(answers[fastest])}, "
            + $"{track.Fastest:F2}x; FP32 {_float32Ms:F3} ms");
    }

    private double Ms(int number) => _float32Ms * _times[number].Share;

    private AccuracyResult On(PlanAnswers[] answers, AccuracyItem item) =>
        Kept(answers, item.Plan).On(item.Images, item.Plan.Digest, answers[0], _labels);

    private PlanAnswers Kept(PlanAnswers[] answers, Plan plan) =>
        plan.Equals(_plans.FirstAttempt) ? _firstAttempt : answers[Number(plan)];

    private IEnumerable<int> Otherwise(PlanAnswers[] answers, AccuracyItem item)
    {
        var plan = Kept(answers, item.Plan);
        return item.Images.Indices(_labels.Length).Where(image => plan.Predictions[image] != answers[0].Predictions[image]);
    }

    // A sweep in the runtime itself, on the images that a job would take.
    private SensitivityResult Sweep(PlanAnswers[] answers, SensitivityItem item)
    {
        var images = StratifiedSubset.Positions(_job.Data.Evaluation.Images, item.Images, item.Seed);
        return new SensitivityResult([.. _job.Lazy.Space.Groups.Select((group, i) => new GroupSensitivity(
            group.Name,
            images.Average(image => (double)answers[1 << i].Kl[image]),
            SqnrDb: null,
            images.Count(image => answers[1 << i].Predictions[image] == _labels[image]),
            images.Count))]);
    }

    private LatencyResult Latency(Plan plan) => new()
    {
        PlanDigest = plan.Digest,
        MedianMs = _float32Ms * Share(plan),
        IqrMs = 0,
        Count = 1,
        Float32MedianMs = _float32Ms,
        Float32IqrMs = 0,
        Runtime = _job.Spec.Versions.Runtime,
        Device = "cpu",
        Batch = _job.Spec.Options.Batch,
        Threads = _job.Spec.Options.Threads,
    };

    // Of FP32's milliseconds; how a group is calibrated does not matter to them.
    private double Share(Plan plan) =>
        Number(plan.Equals(_plans.FirstAttempt) ? _plans.Of(_plans.Count - 1, corrected: true) : plan) is var number and not 0
            ? _times[number].Share
            : 1;

    private static int Number(Plan plan) =>
        PlanSpace.NumberOf(plan) ?? throw new InvalidOperationException($"{plan} is not a plan of the measured space.");
}
