using Cluster.Contract.V1;
using Cluster.Silo.Api;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Silo.Tests.Api;

/// <summary>Texts of callers have bounds: what is refused names the field, what was found and what is expected.</summary>
public sealed class TextLimitTests
{
    public static TheoryData<string, int> Fields => new()
    {
        { "reason", 1000 },
        { "name", 4000 },
        { "etag", 4000 },
        { "page_token", 4000 },
        { "display_name", 4000 },
        { "request_id", 4000 },
        { "spec.model", 4000 },
        { "spec.calibration.spec", 4000 },
        { "spec.methods", 4000 },
        { "spec.keep_float32", 4000 },
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
    public async Task CancelJob_ReasonOfThreeMegabytes_IsRefusedAndTheJobGoesOn()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<RpcException>(() => host.Jobs.CancelJobAsync(
            new CancelJobRequest { Name = created.Name, Reason = new string('x', 3_000_000) }).ResponseAsync);

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("reason");
        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name })).State.ShouldBe(JobState.Running);
    }

    private static IMessage Request(string field, string text) => field switch
    {
        "reason" => new CancelJobRequest { Reason = text },
        "name" => new GetJobRequest { Name = text },
        "etag" => new DeleteJobRequest { Etag = text },
        "page_token" => new ListJobsRequest { PageToken = text },
        "display_name" => new CreateJobRequest { DisplayName = text },
        "request_id" => new CreateJobRequest { RequestId = text },
        "spec.model" => new CreateJobRequest { Spec = new JobSpec { Model = text } },
        "spec.calibration.spec" => new CreateJobRequest { Spec = new JobSpec { Calibration = new DataSet { Spec = text } } },
        "spec.methods" => new CreateJobRequest { Spec = new JobSpec { Methods = { "max", text } } },
        "spec.keep_float32" => new CreateJobRequest { Spec = new JobSpec { KeepFloat32 = { text } } },
        _ => new CreateJobRequest { Spec = new JobSpec { Preprocess = text } },
    };
}
