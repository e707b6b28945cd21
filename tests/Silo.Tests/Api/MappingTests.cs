using Cluster.Contract;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Views;
using Cluster.Plans;
using Cluster.Silo.Api.Mapping;
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
        Distinct<WinnerKind, V1.WinnerKind>(kind => SameNames.Of<V1.WinnerKind>(kind));
        Distinct<WaitCause, V1.WaitCause>(cause => SameNames.Of<V1.WaitCause>(cause));
        Enum.GetValues<JobStatus>().ShouldAllBe(status => SameNames.Find<JobStatus>(SameNames.Of<V1.JobState>(status)) == status);
    }

    [Fact]
    public void Progress_OfAJobThatWaits_SaysWhy()
    {
        var wait = JobWait.Of(new JobLife(JobStatus.Queued), place: 3, slot: true, client: false);
        var progress = new JobView().ToProgress("j-1", JobProgress.Queued(3) with { Waits = wait }, DateTimeOffset.UnixEpoch);

        progress.Waiting.ShouldBe(new V1.JobWait { Cause = V1.WaitCause.Queue, Reason = "place 3 in the queue of its tenant's jobs" });
        progress.Purpose.ShouldBe(progress.Waiting.Reason);
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

    [Fact]
    public void Plan_Format_IsNamed() =>
        new Plan("t", [GroupDecision.In(GroupFormat.Parse("w4a8"), "g", "max", biasCorrection: false)])
            .ToContract().Groups.Single().Format.ShouldBe("w4a8");

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
            Batch = 4,
            Threads = 2,
            Training = new V1.DataSet { Spec = "folder:/data/train,labels=train.csv" },
            FineTune = V1.FineTuneMode.Always,
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
        spec.FineTune = V1.FineTuneMode.Never;
        JobSpecMapping.Read(spec).Inputs.Training.ShouldBeNull();
    }

    [Fact]
    public void Spec_FineTuneAlwaysWithoutImages_IsRefused()
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Spec = "folder:calib" },
            FineTune = V1.FineTuneMode.Always,
            Epochs = 0,
            Iterations = 100_001,
        };

        Should.Throw<RpcException>(() => JobSpecMapping.Read(spec))
            .Detail<BadRequest>()
            .ShouldNotBeNull()
            .FieldViolations.Select(violation => violation.Field)
                .ShouldBe(["spec.training", "spec.epochs", "spec.iterations"]);
    }

    [Fact]
    public void Spec_UnknownCalibrator_IsRefusedWithTheCommandLinesWords()
    {
        var spec = new V1.JobSpec
        {
            Model = $"artefacts/{new string('a', 64)}",
            Calibration = new V1.DataSet { Spec = "folder:calib" },
            Methods = { "max", "frobnicate" },
        };

        var violation = Should.Throw<RpcException>(() => JobSpecMapping.Read(spec))
            .Detail<BadRequest>().ShouldNotBeNull().FieldViolations.ShouldHaveSingleItem();

        violation.Field.ShouldBe("spec.methods");
        violation.Description.ShouldStartWith("'frobnicate' is not a calibration method; known are max, moving-average:0.01, ");
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
