using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Workers;

public sealed class NodeTextTests
{
    private static readonly string Digest = new('a', 64);
    private static readonly NodeText Text = new(new NodeFolders("/srv/data/artefacts", "/srv/data/cache"), "/srv/data");

    public static TheoryData<string, string> Sentences => new()
    {
        { $"/srv/data/artefacts/aa/{Digest} is quantized already", $"artefacts/{Digest} is quantized already" },
        { $"the file '/srv/data/cache/data/{Digest}/calib/a.jpg' is damaged", "the file 'calib/a.jpg' is damaged" },
        {
            $"The preprocessing file '/srv/data/cache/preprocess/{Digest}.json' is not JSON",
            "The preprocessing file 'preprocess' is not JSON"
        },
        { "No space left: '/srv/data/cache/tmp/x'", "No space left: '…/tmp/x'" },
        { "Writing to /srv/data/jobs failed", "Writing to …/jobs failed" },
        { "'/srv/database' is not the server's own", "'/srv/database' is not the server's own" },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Redact_PathOfTheNode_IsWhatTheCallerKnows(string text, string told) => Text.Redact(text).ShouldBe(told);

    [Fact]
    public void Redact_LongText_IsCut() => Text.Redact(new string('a', 100_000)).Length.ShouldBeLessThan(5000);

    [Fact]
    public void Redact_MessageWithReasonsInMessages_LosesThePathsOfAll()
    {
        var response = new ListCandidatesResponse
        {
            Candidates = { new Candidate { Failure = new Failure { Message = "'/srv/data/jobs/x' is full" } } }
        };
        response.Redact(Text.Redact).Candidates[0].Failure.Message.ShouldBe("'…/jobs/x' is full");
        new Job { Name = "/srv/data", Reason = "/srv/data" }.Redact(Text.Redact).ShouldBe(new Job { Name = "/srv/data", Reason = "…" });
    }
}
