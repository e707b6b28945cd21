namespace Cluster.Cli.Tests.Terminal;

public sealed class CommandEndsTests
{
    // Linux: EROFS and ENOSPC.
    private const int ReadOnly = 30;
    private const int NoSpace = 28;

    public static TheoryData<Exception, int> Ends => new()
    {
        { new UnauthorizedAccessException("No."), ExitCode.Denied },
        { new IOException("It can only be read.", ReadOnly), ExitCode.Denied },
        { new InvalidOperationException("The folder cannot be made.", new IOException("It can only be read.", ReadOnly)), ExitCode.Denied },
        { new IOException("It is full.", NoSpace), ExitCode.Failed },
        { new InvalidOperationException("The folder cannot be made."), ExitCode.Failed },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Run_OfACommandThatMayNotWrite_EndsAsDeniedWhoeverSaysSo(Exception failure, int expected)
    {
        await using var error = new StringWriter();

        int code = await CommandEnds.RunAsync(
            () => Task.FromException<int>(failure),
            error,
            other => other is InvalidOperationException ? new CommandEnd(other.Message, ExitCode.Failed) : null);

        code.ShouldBe(expected);
        error.ToString().ShouldBe(failure.HResult == NoSpace
            ? "cluster: It is full: the disk is full; free space and run the same command again.\n"
            : $"cluster: {failure.Message}\n");
    }
}
