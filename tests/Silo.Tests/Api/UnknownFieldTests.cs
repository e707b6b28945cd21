using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>What a later client asks for, and this server does not know, is refused: its job would run without it.</summary>
public sealed class UnknownFieldTests
{
    // Field 4095 of a later version, the number 1: its tag is 4095 * 8, in base 128, then its value.
    private static readonly byte[] Later = [0xF8, 0xFF, 0x01, 1];

    [Fact]
    public void RequireNone_KnownFields_Passes()
    {
        var request = new CreateJobRequest
        {
            DisplayName = "known",
            Spec = new JobSpec { Calibration = new DataSet { Spec = "folder:/none" }, Methods = { "max", "mse" } },
        };

        Should.NotThrow(() => UnknownFields.RequireNone(request));
    }

    [Fact]
    public void RequireNone_FieldOfALaterVersion_IsRefused()
    {
        var request = GetJobRequest.Parser.ParseFrom([.. new GetJobRequest { Name = "jobs/j-1" }.ToByteArray(), .. Later]);

        var refusal = Should.Throw<RpcException>(() => UnknownFields.RequireNone(request));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldBe(
            "This server does not know field 4095 of GetJobRequest: it is older than the client. Upgrade the server, or leave out what it "
            + "lacks.");
    }

    [Fact]
    public async Task CreateJob_OptionOfALaterVersion_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var spec = JobSpec.Parser.ParseFrom(Later);

        var refusal = await Should.ThrowAsync<RpcException>(
            async () => await host.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }));

        refusal.Status.Detail.ShouldStartWith("This server does not know field 4095 of JobSpec");
        refusal.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("JobSpec");
    }
}
