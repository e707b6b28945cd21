using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Cluster.Grpc.Tests;

public sealed class ErrorTests
{
    public static TheoryData<StatusCode> Codes => [.. System.Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Fail_EachCode_ArrivesWithItsMessage(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync();
        const string Message = "100 % daneben:\r\n\t\"Gruppe\" ÷ 量子化 🦆";

        using var call = server.Client.FailAsync(new FailRequest { Code = (int)code, Message = Message });
        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        exception.Status.ShouldBe(new Status(code, Message));
        exception.Trailers.GetValue("x-trailer").ShouldBe("kept");
        call.GetStatus().StatusCode.ShouldBe(code);
        call.GetTrailers().GetValue("x-trailer").ShouldBe("kept");
    }

    [Fact]
    public async Task Fail_WithDetails_TheyArriveWhole()
    {
        await using var server = await ProbeServer.StartAsync();
        var details = new Google.Rpc.Status
        {
            Code = (int)StatusCode.NotFound,
            Message = "no such job",
            Details =
            {
                Any.Pack(new ErrorInfo { Reason = "JOB_UNKNOWN", Domain = "cluster", Metadata = { ["job"] = "jobs/1" } }),
                Any.Pack(new BadRequest
                {
                    FieldViolations = { new BadRequest.Types.FieldViolation { Field = "name", Description = "größer" } },
                }),
            },
        };

        using var call = server.Client.FailAsync(
            new FailRequest { Code = (int)StatusCode.NotFound, Message = "no such job", Details = details.ToByteString() });
        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        Google.Rpc.Status.Parser.ParseFrom(exception.Trailers.GetValueBytes("grpc-status-details-bin")).ShouldBe(details);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task FailLate_AfterSomeMessages_TheyArriveBeforeTheStatus(int count)
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.FailLate(new FailRequest { Code = (int)StatusCode.DataLoss, Message = "torn", Count = count });
        for (int i = 0; i < count; i++)
        {
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        }

        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());
        exception.Status.ShouldBe(new Status(StatusCode.DataLoss, "torn"));
        exception.Trailers.GetValue("x-trailer").ShouldBe("kept");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throw_NoStatus_IsUnknownAndToldOnlyIfAsked(bool detailed)
    {
        await using var server = await ProbeServer.StartAsync(options => options.EnableDetailedErrors = detailed);

        using var call = server.Client.ThrowAsync(new Note { Text = "inner secret" });
        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        exception.StatusCode.ShouldBe(StatusCode.Unknown);
        exception.Status.Detail.Contains("inner secret", StringComparison.Ordinal).ShouldBe(detailed);
    }

    [Fact]
    public async Task Missing_NotImplemented_IsUnimplemented()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.MissingAsync(new Note());

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Theory]
    [InlineData("probe.Probe", "Unheard")]
    [InlineData("probe.Nobody", "Echo")]
    public async Task Call_OfWhatIsNotThere_IsUnimplemented(string service, string name)
    {
        await using var server = await ProbeServer.StartAsync();
        var marshaller = Marshallers.Create(note => note.ToByteArray(), Note.Parser.ParseFrom);
        var method = new Method<Note, Note>(MethodType.Unary, service, name, marshaller, marshaller);

        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(), new Note());

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Refuse_RequestsUnread_StatusArrives()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Refuse();
        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        exception.Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "not now"));
        await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new Note()));
    }
}
