namespace Cluster.Grains.Tests.Jobs;

public sealed class FailureReasonTests
{
    [Fact]
    public void Of_JobException_IsItsSentence() =>
        FailureReason.Of(new JobException("The winner was refused: correct the plan."), "j-1")
            .ShouldBe("The winner was refused: correct the plan.");

    public static TheoryData<Exception> Unexpected =>
    [
        new InvalidOperationException("Sequence contains no elements at Cluster.Secret.Type"),
        new IOException("No space left on device : '/srv/secret/journal.jsonl'"),
        new UnauthorizedAccessException("Access to the path '/srv/secret' is denied."),
        new OutOfMemoryException("secret"),
    ];

    [Theory]
    [MemberData(nameof(Unexpected))]
    public void Of_AnythingElse_SaysWhatToDoAndNothingOfTheServersInside(Exception failure)
    {
        string reason = FailureReason.Of(failure, "j-1");

        reason.ShouldContain("tried again by itself");
        reason.ShouldNotContain("secret", Case.Insensitive);
        reason.ShouldNotContain(failure.GetType().Name);
        reason.ShouldEndWith(".");
    }
}
