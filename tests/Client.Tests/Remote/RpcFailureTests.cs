using System.Security.Authentication;

namespace Cluster.Client.Tests.Remote;

public sealed class RpcFailureTests
{
    private static readonly Uri Server = new("http://127.0.0.1:1");

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "SPEC_INVALID", ExitCode.Usage)]
    [InlineData(StatusCode.InvalidArgument, "DATA_INVALID", ExitCode.Failed)]
    [InlineData(StatusCode.InvalidArgument, "DATA_MISSING", ExitCode.NotFound)]
    [InlineData(StatusCode.NotFound, "JOB_UNKNOWN", ExitCode.NotFound)]
    [InlineData(StatusCode.PermissionDenied, "DENIED", ExitCode.Denied)]
    [InlineData(StatusCode.Unauthenticated, "DENIED", ExitCode.Denied)]
    [InlineData(StatusCode.Unavailable, "BUSY", ExitCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded, "LATE", ExitCode.Unavailable)]
    [InlineData(StatusCode.FailedPrecondition, "JOB_ENDED", ExitCode.Failed)]
    [InlineData(StatusCode.DataLoss, "ARTEFACT_CORRUPT", ExitCode.Failed)]
    [InlineData(StatusCode.Internal, "X", ExitCode.Failed)]
    public void Of_EachCode_HasItsExitCodeAndOneSentence(StatusCode code, string reason, int expected)
    {
        var failure = RpcFailure.Of(FakeState.Error(code, reason, "Something is wrong."), Server);
        failure.ExitCode.ShouldBe(expected);
        failure.Reason.ShouldBe(reason);
        failure.Sentence.ShouldEndWith(".");
        failure.Sentence.ShouldNotContain("\n");
        failure.Sentence.ShouldNotContain("..");
    }

    [Fact]
    public void Of_BadRequest_NamesEachFieldOnce()
    {
        var failure = RpcFailure.Of(
            FakeState.Error(
                StatusCode.InvalidArgument,
                "SPEC_INVALID",
                "The spec is wrong.",
                ("spec.max_drop", "is 2; below 1 is expected."),
                ("spec.batch", "is 0.")), Server);
        failure.Sentence.ShouldBe("The spec is wrong; spec.max_drop: is 2; below 1 is expected; spec.batch: is 0 (SPEC_INVALID).");
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unavailable)]
    public void Of_TlsRefused_IsUnavailableWhateverTheTransportCallsIt(StatusCode code)
    {
        var cause = new HttpRequestException("outer", new AuthenticationException("The remote certificate is invalid"));
        var failure = RpcFailure.Of(new RpcException(new Status(code, "Error starting gRPC call.", cause)), Server);

        failure.ExitCode.ShouldBe(ExitCode.Unavailable);
        failure.Sentence.ShouldStartWith($"TLS with the server {Server.OriginalString} failed (");
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unavailable)]
    public void Of_ConnectionThatTheServerEnds_IsUnavailableAndNamesTls(StatusCode code)
    {
        var cause = new HttpRequestException("outer", new ObjectDisposedException("SslStream", "Cannot access a disposed object."));
        var failure = RpcFailure.Of(new RpcException(new Status(code, "Error starting gRPC call.", cause)), Server);

        failure.ExitCode.ShouldBe(ExitCode.Unavailable);
        failure.Sentence.ShouldBe(
            $"the server {Server.OriginalString} ended the connection without an answer (Cannot access a disposed object); write "
            + "https://… if it has TLS, else http://…, show a certificate with --cert and --key if it asks for one, and try again if it "
            + "was about to stop.");
    }

    [Fact]
    public void Of_DetailsThatAreNone_StillTellsCodeAndMessage()
    {
        var failure = RpcFailure.Of(
            new RpcException(new Status(StatusCode.Internal, "broken"), new Metadata { { "grpc-status-details-bin", [255, 255, 255] } }),
            Server);
        failure.Sentence.ShouldBe("broken.");
        failure.Reason.ShouldBeNull();
    }
}
