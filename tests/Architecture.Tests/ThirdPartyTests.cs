namespace Cluster.Architecture.Tests;

public sealed partial class ThirdPartyTests
{
    [Fact]
    public void Notices_EveryPackageOfThePrograms_IsNamedWithItsLicence()
    {
        string notices = Checkout.Read("THIRD-PARTY-NOTICES.md");
        string[] named = [.. Name().Matches(notices).Select(match => match.Value.TrimEnd('*', '.'))];
        var packages = Directory.EnumerateFiles(Checkout.At("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Package().Matches(File.ReadAllText(project)))
            .Where(match => !match.Groups["rest"].Value.Contains("PrivateAssets=\"all\"", StringComparison.OrdinalIgnoreCase))
            .Select(match => match.Groups["name"].Value.Replace("-$(TorchFlavour)", string.Empty, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

        packages.Where(package => !named.Any(name => package.StartsWith(name, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [GeneratedRegex(
        @"<PackageReference\s+Include=""(?<name>[^""]+)""(?<rest>[^>]*)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*(?:\.\*|\*)?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
