using Cluster.Coordinator.Statistics;
using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Evaluation.Tests.Targets;
using Cluster.Glyphs;
using Cluster.Learning.FineTuning;

namespace Cluster.Evaluation.Tests.Learning.FineTuning;

public sealed class PlanFineTunerTests
{
    private const int Workers = 2;

    // Enough of the evaluation set to see a gain of a few points, few enough for a test.
    private const int TrainingImages = 640;
    private const int EvaluationImages = 600;

    [Fact]
    public void Run_GlyphsInFourBits_IsBetterThanNearestAndKept()
    {
        using var folder = new WorkFolder();
        using var glyphs = new Glyphs(folder, 4);

        var outcome = glyphs.Tune(
            new FineTuneOptions { Epochs = 1, BatchSize = 32, Optimizer = TrainingOptimizer.Sgd, LearningRate = 0.01, Distill = 0 });

        outcome.Verdict.Kept.ShouldBeTrue(outcome.Verdict.Reason);
        outcome.ScoreAfter.Correct.ShouldBeGreaterThan(outcome.ScoreBefore.Correct);
        outcome.ScoreAfter.Kl.ShouldBeLessThan(outcome.ScoreBefore.Kl);
        outcome.Parity.Passed.ShouldBeTrue();
        outcome.Plan.Groups.Select(group => (group.Format, group.Rounding, group.BiasCorrection)).Distinct()
            .ShouldBe([(GroupFormat.Integer(4, 4), PlanFineTuner.Rounding, false)]);
        glyphs.Builder.Build(outcome.Plan, CancellationToken.None, outcome.Learned.Biases, outcome.Learned)
            .Sha256.ShouldBe(outcome.After.Sha256);
    }

    [Fact]
    public void Run_RateThatChangesNothing_LeavesThePlan()
    {
        using var folder = new WorkFolder();
        using var glyphs = new Glyphs(folder, 8);

        var outcome = glyphs.Tune(new FineTuneOptions { Epochs = 1, BatchSize = 64, LearningRate = 1e-12, WeightDecay = 0 });

        outcome.Verdict.Kept.ShouldBeFalse();
        outcome.ScoreAfter.Correct.ShouldBe(outcome.ScoreBefore.Correct);
        Numbers(outcome.After).ShouldBe(Numbers(outcome.Before), ignoreOrder: true);
    }

    [Fact]
    public void Run_JudgedByTop5_CountsTheFiveLargestOutputs()
    {
        using var folder = new WorkFolder();
        using var glyphs = new Glyphs(folder, 4) { Metric = MetricKind.Top5 };

        var outcome = glyphs.Tune(new FineTuneOptions { Epochs = 1, BatchSize = 64, LearningRate = 1e-12, WeightDecay = 0 });

        var score = glyphs.Scorer().Score(outcome.After.File, TestContext.Current.CancellationToken);
        (outcome.ScoreAfter.Correct, outcome.Float32.Correct).ShouldBe((score.Correct, glyphs.Scorer().Float32().Correct));
        outcome.ScoreAfter.Correct.ShouldBeGreaterThan(
            outcome.ScoreAfter.Agree, "more labels are among five outputs than answers are those of FP32");
    }

    [Fact]
    public void Run_GateOfTheTargetRefuses_LeavesThePlanAndSaysWhy()
    {
        using var folder = new WorkFolder();
        using var glyphs = new Glyphs(folder, 8) { Gate = new ToyTarget { Refuses = true } };

        var outcome = glyphs.Tune(new FineTuneOptions { Epochs = 1, BatchSize = 64, LearningRate = 1e-12, WeightDecay = 0 });

        outcome.Verdict.ShouldBe(new LearnedVerdict(false, $"the parity gate refuses the trained file: {ToyTarget.Refusal}"));
    }

    [Fact]
    public void Run_PlanInFloat32_IsRefused()
    {
        using var folder = new WorkFolder();
        using var glyphs = new Glyphs(folder, 8) { Plan = null };

        Should.Throw<JobException>(() => glyphs.Tune(new FineTuneOptions())).Message.ShouldContain("nothing to fine-tune");
    }

    // The constants, without the notes: those name the plan, which says that it was trained.
    private static IEnumerable<string> Numbers(BuiltArtefact built) => OnnxReader.Read(built.File, "file").Initializers
        .Select(constant => $"{constant.Key} {Convert.ToHexStringLower(constant.Value.Bytes.Span)}");

    private sealed class Glyphs : IDisposable
    {
        private readonly NetworkFile _network = NetworkFile.Open(Checkout.At("samples", GlyphSample.ModelName));
        private readonly NetworkSetup _uncalibrated;
        private readonly EvaluationSetup _setup;
        private readonly Preprocess _preprocess;
        private readonly WorkFolder _folder;

        public Glyphs(WorkFolder folder, int bits)
        {
            _folder = folder;
            _uncalibrated = new NetworkSetup(_network, TargetList.Usual, WorkingMemory.Usual, folder.Root) { Cores = Workers };
            _preprocess = Preprocess.LoadFor(_network.Path);
            var generator = new GlyphGenerator(GlyphSample.Seed);
            GlyphFiles.Write(folder.Root, generator, GlyphSet.Calibration, 128);
            GlyphFiles.Write(folder.Root, generator, GlyphSet.Evaluation, EvaluationImages);
            GlyphFiles.Write(folder.Root, generator, GlyphSet.Test, TrainingImages);
            var statistics = _uncalibrated.Calibrate(Images(GlyphSet.Calibration), CancellationToken.None);
            _setup = _uncalibrated.With(statistics, calibration: null, Images(GlyphSet.Evaluation));
            Plan = new Plan(
                "onnxruntime-cpu",
                [.. _setup.Translator.Decided.Select(
                    group =>
                        GroupDecision.In(GroupFormat.Integer(bits, bits), group.Name, "mse", biasCorrection: false))]);
        }

        public ArtefactBuilder Builder => _setup.Builder;

        /// <summary>Whose gate the trained file has to pass.</summary>
        public ITarget Gate { get; init; } = TargetList.Usual;

        public MetricKind Metric { get; init; }

        /// <summary>Null for all FP32.</summary>
        public Plan? Plan { get; init; }

        public FineTuneOutcome Tune(FineTuneOptions options)
        {
            var plan = Plan ?? Cluster.Plans.Plan.Baseline("onnxruntime-cpu", _setup.Translator.Decided.Select(group => group.Name));
            var split = TrainingSplit.Of(Images(GlyphSet.Test).RequireImages(), _preprocess, _network, options.BatchSize, options.Seed);
            var gate = new ParityReports(Gate, _setup.Float32, _setup.Evaluation, OutputKind.Scores);
            return new PlanFineTuner(Scorer(), gate, Builder).Run(
                new FineTuneStart(plan, new Dictionary<string, float[]>(), null),
                split,
                options with { Parts = Workers },
                null,
                TestContext.Current.CancellationToken);
        }

        public FileScorer Scorer() => new(_setup with { Metric = Metric });

        public void Dispose() => _uncalibrated.Dispose();

        private ImageBatches Images(GlyphSet set) => new(DataSource.Open(GlyphSample.Spec(_folder.Root, set)), _preprocess, 32);
    }
}
