using Cluster.Contract;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Views;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Silo.Api;
using Cluster.Silo.Api.Mapping;
using Cluster.Terminal;
using Cluster.Tests;
using Google.Rpc;
using Grpc.Core;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

public sealed class MappingTests
{
    [Fact]
    public void Enums_EveryMember_HasItsOwn()
    {
        Distinct<JobStatus, V1.JobState>(status => SameNames.Of<V1.JobState>(status));
        Distinct<WorkStatus, V1.CandidateState>(status => SameNames.Of<V1.CandidateState>(status));
        Distinct<FailureKind, V1.FailureKind>(kind => SameNames.Of<V1.FailureKind>(kind));
        Distinct<ResultSource, V1.EvaluationSource>(source => SameNames.Of<V1.EvaluationSource>(source));
        Distinct<WinnerKind, V1.WinnerKind>(kind => SameNames.Of<V1.WinnerKind>(kind), more: 1); // Unclear, which the journal has as Faster
        Enum.GetValues<JobStatus>().ShouldAllBe(status => SameNames.Find<JobStatus>(SameNames.Of<V1.JobState>(status)) == status);
    }

    [Theory]
    [InlineData(9.9, V1.WinnerKind.Faster)]
    [InlineData(10.1, V1.WinnerKind.Unclear)]
    public void Winner_IntervalThatContainsFp32_IsNotCalledFaster(double high, V1.WinnerKind expected)
    {
        var plan = new Plan("t", [GroupDecision.In(GroupFormat.Int8, "g", "max", biasCorrection: false)]);
        var latency = new LatencyResult
        {
            PlanDigest = plan.Digest,
            MedianMs = 9,
            IqrMs = 0.1,
            LowMs = 8,
            HighMs = high,
            Count = 10,
            Float32MedianMs = 10,
            Float32IqrMs = 0.1,
            Runtime = "made up",
            Device = "cpu",
            Batch = 1,
            Threads = 1,
        };

        var selection = new WinnerSelected(plan, Feasible: true, WinnerKind.Faster, "It is.");
        var candidate = new CandidateView
        {
            Number = 1,
            Plan = plan,
            Purpose = "it",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Evaluations =
            [
                new EvaluationView(1, latency with { MedianMs = 1 }, Drop: null, ResultSource.Measured, 1),
                new EvaluationView(2, latency, Drop: null, ResultSource.Measured, 1),
            ],
        };
        var winner = new WinnerView(selection, candidate).ToContract("j-1");

        winner.Kind.ShouldBe(expected);
        winner.Candidate.Evaluations[^1].Latency.MedianMs.ShouldBe(9, "the time by which it was chosen is what readers show");
    }

    [Fact]
    public void Evaluation_OfAKindOfMachine_NamesIt() =>
        new EvaluationView(1, new FailedResult(FailureKind.NotFinite, "no"), Drop: null, ResultSource.Measured, 1, "edge-box")
            .ToContract().Kind.ShouldBe("edge-box");

    [Theory]
    [InlineData("float32")]
    [InlineData("w4a8")]
    [InlineData("float16")]
    public void Plan_Format_IsNamed(string format) =>
        new Plan("t", [GroupDecision.In(GroupFormat.Parse(format), "g", "max", biasCorrection: false)])
            .ToContract().Groups.Single().Format.ShouldBe(format);

    [Fact]
    public void Spec_ReadAndWritten_IsTheSame()
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Artefact = $"artefacts/{new string('b', 64)}", Spec = "folder:calib" },
            Test = new V1.DataSet { Spec = "folder:/data/test" },
            Preprocess = "{}",
            Target = "onnxruntime-cpu",
            Methods = { "max", "kl" },
            MaxDrop = 0.01,
            Confidence = 0.95,
            BudgetEvaluations = 7,
            Batch = 4,
            Threads = 2,
            Seed = 5,
            Training = new V1.DataSet { Spec = "folder:/data/train,labels=train.csv" },
            FineTune = V1.FineTuneMode.Always,
            Epochs = 3,
            Reconstruct = V1.ReconstructionMode.Always,
            Iterations = 200,
        };

        var (inputs, options) = JobSpecMapping.Read(spec);
        var written = JobSpecMapping.ToContract(
            new JobSpec
            {
                ModelDigest = inputs.Model,
                Data = new DataDigests("c", "e"),
                Options = options,
                Versions = new EvaluatorVersions("1", "1", "none"),
            },
            inputs);

        written.ShouldBe(spec);
    }

    [Fact]
    public void Spec_WithoutOptions_HasTheContractsDefaults()
    {
        var (inputs, options) = JobSpecMapping.Read(
            new V1.JobSpec { Model = $"artefacts/{new string('a', 64)}", Calibration = new V1.DataSet { Spec = "folder:calib" } });

        inputs.Evaluation.ShouldBeNull();
        options.Target.ShouldBe("onnxruntime-cpu");
        options.Methods.ShouldBe(["max", "percentile:99.99", "kl", "mse"]);
        (options.AcceptedDrop, options.Batch, options.Threads, options.Confidence, options.BudgetEvaluations).ShouldBe(
            (0.005, 32, 1, null, null));
    }

    [Theory]
    [InlineData(V1.FineTuneMode.Unspecified, false, FineTuneMode.Never)]
    [InlineData(V1.FineTuneMode.Unspecified, true, FineTuneMode.Auto)]
    [InlineData(V1.FineTuneMode.Auto, false, FineTuneMode.Never)]
    [InlineData(V1.FineTuneMode.Never, true, FineTuneMode.Never)]
    [InlineData(V1.FineTuneMode.Always, true, FineTuneMode.Always)]
    public void Spec_FineTune_FollowsItsImages(V1.FineTuneMode asked, bool hasImages, FineTuneMode expected)
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Spec = "folder:calib" },
            FineTune = asked
        };
        spec.Training = hasImages ? new V1.DataSet { Spec = "folder:train,labels=train.csv" } : null;

        var (inputs, options) = JobSpecMapping.Read(spec);

        options.Decided(inputs.Training is not null).FineTune.ShouldBe(expected);
        (inputs.Training is not null).ShouldBe(expected != FineTuneMode.Never);
    }

    [Theory]
    [InlineData(V1.ReconstructionMode.Unspecified, ReconstructionMode.Auto)]
    [InlineData(V1.ReconstructionMode.Auto, ReconstructionMode.Auto)]
    [InlineData(V1.ReconstructionMode.Never, ReconstructionMode.Never)]
    [InlineData(V1.ReconstructionMode.Always, ReconstructionMode.Always)]
    public void Spec_Reconstruct_IsAutomaticByDefault(V1.ReconstructionMode asked, ReconstructionMode expected)
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Spec = "folder:calib" },
            Reconstruct = asked,
            Iterations = 7
        };

        var (inputs, options) = JobSpecMapping.Read(spec);

        var decided = options.Decided(inputs.Training is not null);
        (decided.Reconstruct, decided.Iterations).ShouldBe((expected, expected == ReconstructionMode.Never ? null : 7));
        spec.Iterations = 100_001;
        Should.Throw<RpcException>(() => JobSpecMapping.Read(spec))
            .Detail<BadRequest>()
            .ShouldNotBeNull()
            .FieldViolations.ShouldHaveSingleItem()
            .Field.ShouldBe("spec.iterations");
    }

    [Fact]
    public void Job_WithAReconstruction_HasItsStepsAndBlocks()
    {
        var view = new JobView();
        foreach (var (journalEvent, i) in SampleEvents.Rebuilt.Select((journalEvent, i) => (journalEvent, i)))
        {
            view.Apply(new JournalRecord(i, 1, DateTimeOffset.UnixEpoch, journalEvent));
        }

        var steps = view.Steps.Select(ReconstructionMapping.ToContract).ToArray();

        steps.Select(step => (step.Method, step.Kept, step.Blocks.Count))
            .ShouldBe([("probe", false, 0), ("adaround", false, 0), ("brecq", false, 2), ("qdrop", true, 2)]);
        var block = steps[3].Blocks[0];
        (block.LossBefore, block.LossAfter, block.Kept, block.Phase).ShouldBe((0.5, 0.25, true, "weights"));
        steps[1].Reason.ShouldContain("8 GiB");
    }

    [Fact]
    public void Spec_FineTuneAlwaysWithoutImages_IsRefused()
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Spec = "folder:calib" },
            FineTune = V1.FineTuneMode.Always,
            Epochs = 0
        };

        Should.Throw<RpcException>(() => JobSpecMapping.Read(spec))
            .Detail<BadRequest>()
            .ShouldNotBeNull()
            .FieldViolations.Select(violation => violation.Field)
                .ShouldBe(["spec.training", "spec.epochs"]);
    }

    [Fact]
    public void Spec_SeveralFaults_AreAllNamed()
    {
        var spec = new V1.JobSpec
        {
            Model = "model.onnx",
            MaxDrop = double.NaN,
            Confidence = 0.5,
            BudgetEvaluations = 0,
            Batch = 0,
            Threads = -1,
            Seed = -1,
            Methods = { "max", "max" },
            Evaluation = new V1.DataSet { Artefact = "x" }
        };

        var error = Should.Throw<RpcException>(() => JobSpecMapping.Read(spec));

        error.Info().Reason.ShouldBe(Reason.SpecInvalid);
        error.Detail<BadRequest>().ShouldNotBeNull().FieldViolations.Select(violation => violation.Field).ShouldBe(
        [
            "spec.model", "spec.calibration", "spec.evaluation.spec", "spec.evaluation.artefact", "spec.max_drop",
            "spec.confidence", "spec.budget_evaluations", "spec.batch", "spec.threads",
            "spec.seed", "spec.methods",
        ],
        ignoreOrder: true);
    }

    private static void Distinct<TFrom, TTo>(Func<TFrom, TTo> map, int more = 0)
        where TFrom : struct, Enum
        where TTo : struct, Enum
    {
        var mapped = Enum.GetValues<TFrom>().Select(map).ToArray();
        mapped.Distinct().Count().ShouldBe(mapped.Length);
        mapped.ShouldNotContain(default(TTo));
        Enum.GetValues<TTo>().Length.ShouldBe(mapped.Length + 1 + more, $"every {typeof(TTo).Name} but the unspecified one is used");
    }
}
