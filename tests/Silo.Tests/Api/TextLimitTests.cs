using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>Texts of callers have bounds: what is refused names the field, what was found and what is expected.</summary>
public sealed class TextLimitTests
{
    public static TheoryData<string, int> Fields => new()
    {
        { "reason", 1000 },
        { "name", 4000 },
        { "spec.calibration.spec", 4000 },
        { "spec.methods", 4000 },
        { "spec.preprocess", 1 << 20 },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Require_TextOfAField_IsTakenUpToItsBound(string field, int most)
    {
        Should.NotThrow(() => TextLimits.Require(Request(field, new string('x', most))));

        var refusal = Should.Throw<RpcException>(() => TextLimits.Require(Request(field, new string('x', most + 1))));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldBe($"The field {field} has {most + 1} characters where at most {most} are expected: shorten it.");
        refusal.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe(field);
    }

    [Fact]
    public void Require_ManyEntries_AreRefused()
    {
        var spec = new JobSpec { Only = { Enumerable.Repeat("x", 10_001) } };

        Should.Throw<RpcException>(() => TextLimits.Require(new CreateJobRequest { Spec = spec })).Status.Detail
            .ShouldBe("The field spec.only has 10001 entries where at most 10000 are expected: give fewer.");
    }

    [Fact]
    public void Require_ManyEnums_AreRefusedAndManyNumbersOfImagesAreNot()
    {
        var states = new ListJobsRequest { States = { Enumerable.Repeat(JobState.Running, 10_001) } };

        Should.Throw<RpcException>(() => TextLimits.Require(states)).Status.Detail
            .ShouldBe("The field states has 10001 entries where at most 10000 are expected: give fewer.");
        Should.NotThrow(() => TextLimits.Require(new ScorePredictionsRequest { Numbers = { new double[10_001] } }));
    }

    private static IMessage Request(string field, string text) => field switch
    {
        "reason" => new CancelJobRequest { Reason = text },
        "name" => new GetJobRequest { Name = text },
        "spec.calibration.spec" => new CreateJobRequest { Spec = new JobSpec { Calibration = new DataSet { Spec = text } } },
        "spec.methods" => new CreateJobRequest { Spec = new JobSpec { Methods = { "max", text } } },
        _ => new CreateJobRequest { Spec = new JobSpec { Preprocess = text } },
    };
}
