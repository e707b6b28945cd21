using System.Text.RegularExpressions;

namespace Cluster.Deploy.Tests.Image;

/// <summary>What can be said of an image without building it; tests/image.sh does its steps.</summary>
public sealed partial class ImageTests
{
    private const string Processors = "Dockerfile";
    private const string Cuda = "Dockerfile.cuda";

    [Fact]
    public void Verbs_OfTheImage_AreThoseOfTheScript() => Verbs("deploy/docker/cluster.sh").ShouldBe(Verbs("cluster"), ignoreOrder: true);

    [Theory]
    [InlineData("submit", "Client")]
    [InlineData("silo", "Silo")]
    [InlineData("run", "Cli")]
    public async Task Command_ByItsVerb_IsTheProgram(string verb, string expected)
    {
        using var folder = new WorkFolder();
        foreach (string program in new[] { "Cli", "Client", "Silo" })
        {
            string path = folder.Write($"bin/Cluster.{program}", $"#!/bin/sh\necho \"{program}:$*\"\n");
            (await OtherProgram.RunAsync("/bin/chmod", ["+x", path])).Code.ShouldBe(0);
        }

        var run = await OtherProgram.RunAsync(
            Checkout.At("deploy", "docker", "cluster.sh"),
            [verb, "a b"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["CLUSTER_PROGRAMS"] = folder["bin"],
                ["HOME"] = folder["data/home"],
                ["TMPDIR"] = folder["data/tmp"],
            });

        run.ShouldBe(new OtherProgram(0, $"{expected}:{verb} a b\n", ""));
        Directory.Exists(folder["data/tmp"]).ShouldBeTrue("a new volume is empty");
    }

    [Theory]
    [InlineData(Processors)]
    [InlineData(Cuda)]
    public void Dockerfile_CopiesWhatIsThereAndRunsAsNobodySpecial(string name)
    {
        string text = Checkout.Read("deploy", "docker", name);

        Copies().Matches(text).Select(match => match.Groups["source"].Value)
            .ShouldAllBe(source => Path.Exists(Checkout.At(source)));
        string last = text[text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        last.ShouldContain("\nUSER 10001:10001\n");
        last.ShouldContain("\nVOLUME /data\n");
        last.ShouldContain("org.opencontainers.image.version=");
        last.LastIndexOf("\nRUN ", StringComparison.Ordinal).ShouldBeLessThan(last.IndexOf("\nUSER ", StringComparison.Ordinal));
        File.Exists(Checkout.At("deploy", "docker", $"{name}.dockerignore")).ShouldBeTrue();
    }

    [Fact]
    public void Dockerfile_OfGpus_SaysThatItIsUntested() => Checkout.Read("deploy", "docker", Cuda).ShouldContain("# UNTESTED: ");

    private static string[] Verbs(string script) =>
    [
        .. Cases().Matches(Checkout.Read(script.Split('/'))).SelectMany(match => match.Groups["verbs"].Value.Split(" | ")),
        .. Single().Matches(Checkout.Read(script.Split('/'))).Select(match => match.Groups["verb"].Value),
    ];

    [GeneratedRegex(@"^ +(?<verbs>[a-z]+( \| [a-z]+)+)\)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Cases();

    // `silo` alone is a case in one script and a condition in the other.
    [GeneratedRegex(@"^ +(if \[\[ \$\{1-\} == (?<verb>silo) |(?<verb>silo)\) )", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Single();

    [GeneratedRegex("^COPY (?<source>[a-z][^ ]*) ", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Copies();
}
