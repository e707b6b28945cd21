namespace Cluster.Deploy.Tests.Image;

/// <summary>What can be said of an image without building it; tests/image.sh builds and runs it.</summary>
public sealed partial class ImageTests
{
    [Fact]
    public void Verbs_OfTheImage_AreThoseOfTheScript() => Verbs("deploy/docker/cluster.sh").ShouldBe(Verbs("cluster"));

    [Fact]
    public void Verbs_OfTheArchive_AreThoseOfTheScript() => Verbs("deploy/package/cluster.sh").ShouldBe(Verbs("cluster"));

    [Fact]
    public void Dockerfile_CopiesExistingFilesAndRunsUnprivileged()
    {
        string text = Checkout.Read("deploy", "docker", "Dockerfile");

        Copies().Matches(text).Select(match => match.Groups["source"].Value)
            .ShouldAllBe(source => Path.Exists(Checkout.At(source)));
        string slim = text[text.IndexOf(" AS slim\n", StringComparison.Ordinal)..];
        slim.ShouldContain("\nUSER 10001:10001\n");
        slim.ShouldContain("\nVOLUME /data\n");
        slim.ShouldContain("org.opencontainers.image.version=");
        slim.LastIndexOf("\nRUN ", StringComparison.Ordinal).ShouldBeLessThan(slim.IndexOf("\nUSER ", StringComparison.Ordinal));
        text.ShouldNotContain("# syntax=");
    }

    private static string[] Verbs(string script) =>
        [.. Cases().Matches(Checkout.Read(script.Split('/'))).SelectMany(match => match.Groups["verbs"].Value.Split(" | "))];

    [GeneratedRegex(@"^ +(?<verbs>[a-z]+( \| [a-z]+)+)\)( |$)", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Cases();

    [GeneratedRegex("^COPY (?<source>[a-z][^ ]*) ", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Copies();
}
