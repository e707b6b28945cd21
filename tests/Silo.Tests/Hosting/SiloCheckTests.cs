using Cluster.Silo.Commands;
using Microsoft.Extensions.Configuration;

namespace Cluster.Silo.Tests.Hosting;

public sealed class SiloCheckTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_ValidOptions_DescribesSiloAndStartsNothing()
    {
        string token = _folder.Write("token", "secret");

        var (code, output, error) = await RunAsync(
            "--listen", "0.0.0.0:5180", "--insecure", "--devices", "cpu:2", "--token-file", token, "--advertise", "10.0.0.5",
            "--clustering", "postgres:Host=db;Database=jobs;Username=u;Password=hidden");

        code.ShouldBe(ExitCode.Done, error);
        output.ShouldContain("listens on 0.0.0.0:5180, for callers with a token");
        output.ShouldContain("works on cpu:0, cpu:1");
        output.ShouldContain("is 10.0.0.5 of the cluster 'cluster' in PostgreSQL at db:5432, database jobs");
        output.ShouldEndWith("nothing was started\n");
        output.ShouldNotContain("hidden");
        Directory.Exists(_folder["data"]).ShouldBeFalse("a check makes no folder");
    }

    [Theory]
    [InlineData("The address must be ADDRESS:PORT, not '5180'", "--listen", "5180")]
    [InlineData("The devices are 'gpu'", "--devices", "gpu")]
    [InlineData("must be localhost or postgres:CONNECTION, not", "--clustering", "mysql:")]
    [InlineData("The connection string of PostgreSQL is not understood", "--clustering", "postgres:Hots=db")]
    [InlineData("has 'Encoding', which its driver refuses", "--clustering", "postgres:Host=db;Encoding=UTF9")]
    [InlineData("--listen and --silo-port are both port 5180", "--listen", "127.0.0.1:5180", "--silo-port", "5180")]
    [InlineData("--gateway-port must be a whole number 0 to 65535, not '70000'", "--gateway-port", "70000")]
    [InlineData("--roles has 'chief'", "--roles", "chief")]
    [InlineData("--roles is worker where a cluster of one", "--roles", "worker")]
    [InlineData("--max-calls must be a whole number 0 to 1000000, not '-1'", "--max-calls", "-1")]
    [InlineData("--item-limit must be above 0 to 1000000, not '0'", "--item-limit", "0")]
    [InlineData("--max-artefact-size must be above 0 to 1000000, not '0'", "--max-artefact-size", "0")]
    [InlineData("--machine-lock is '/nowhere/lock'", "--machine-lock", "/nowhere/lock")]
    [InlineData("'nowhere', which is not a folder", "--shared-data", "nowhere")]
    [InlineData("'/nowhere/token', which is not there", "--token-file", "/nowhere/token")]
    [InlineData("--tokens is '/nowhere/tokens', which is not there", "--tokens", "/nowhere/tokens")]
    [InlineData("--token-file and --tokens are both given", "--tokens", "/nowhere/tokens", "--token-file", "/nowhere/token")]
    [InlineData("--listen is 0.0.0.0:5180, which others reach", "--listen", "0.0.0.0:5180")]
    [InlineData("--advertise is 10.0.0.5 where a cluster of one has no others to reach it", "--advertise", "10.0.0.5")]
    [InlineData("--advertise is 10.0.0.5, at whose ports", "--clustering", "postgres:Host=db", "--advertise", "10.0.0.5")]
    [InlineData("--tls-cert is given without --tls-key", "--tls-cert", "a")]
    [InlineData("--client-ca is given without --tls-cert and --tls-key", "--client-ca", "a")]
    [InlineData("--tls-cert is '/nowhere/tls.crt', which is not there", "--tls-cert", "/nowhere/tls.crt", "--tls-key", "/nowhere/tls.key")]
    [InlineData("--listen and --health-port are both port 5180", "--listen", "127.0.0.1:5180", "--health-port", "5180")]
    [InlineData("--page must be [ADDRESS:]PORT, such as 5190, not 'here'", "--page", "here")]
    [InlineData("--page listens on 0.0.0.0:5190 without --token-file or --tokens", "--page", "0.0.0.0:5190", "--insecure")]
    [InlineData("--page is 0.0.0.0:5190, which others reach", "--page", "0.0.0.0:5190", "--tokens", "tokens")]
    [InlineData("--listen and --page are both port 5180", "--page", "5180")]
    [InlineData("--artefacts must be a folder or s3://BUCKET/PREFIX, not 's3://Bucket'", "--artefacts", "s3://Bucket")]
    [InlineData("--s3-endpoint is given without a bucket", "--s3-endpoint", "http://10.0.0.9:9000")]
    [InlineData("--s3-endpoint must be an address, not 'here'", "--artefacts", "s3://bucket", "--s3-endpoint", "here")]
    [InlineData("--max-artefact-size must be at most 5, not 6", "--artefacts", "s3://bucket", "--max-artefact-size", "6")]
    [InlineData("--max-copies is given without a bucket", "--max-copies", "20")]
    [InlineData("--max-unpacked must be 0 to 1000000, not '-1'", "--max-unpacked", "-1")]
    [InlineData("--unheard-of", "--unheard-of")]
    public async Task Check_InvalidOption_MatchesStartupError(string expected, params string[] options)
    {
        var (code, output, error) = await RunAsync(options);

        code.ShouldBe(expected.Contains("which is not ", StringComparison.Ordinal) ? ExitCode.NotFound : ExitCode.Usage, error);
        error.ShouldContain(expected);
        error.TrimEnd().ShouldNotContain("\n   at ");
        output.ShouldNotContain("nothing was started");
    }

    [Fact]
    public async Task Check_Certificates_AreReadAndListed()
    {
        using var authority = new TestAuthority("cluster");
        var (certificate, key) = authority.Write(_folder, "silo");
        string[] identity = ["--listen", "0.0.0.0:5180", "--tls-cert", certificate, "--tls-key", key, "--health-port", "5182"];

        var (code, output, error) = await RunAsync([.. identity, "--client-ca", authority.Write(_folder)]);

        code.ShouldBe(ExitCode.Done, error);
        output.ShouldContain($"answers clients with a certificate of {_folder["cluster.ca"]} alone, in TLS");
        output.ShouldContain("tells its health, and nothing else, on port 5182");

        _folder.Write("silo.key", "no key");
        (code, _, error) = await RunAsync(identity);
        code.ShouldBe(ExitCode.Usage);
        error.ShouldContain($"--tls-key {key} is not the key of the first certificate of --tls-cert {certificate}");
    }

    [Theory]
    [InlineData("artefacts in s3://files/cluster/ at https://10.0.0.9:9000, copies of them in ", "--artefacts", "s3://files/cluster",
        "--s3-endpoint", "https://10.0.0.9:9000")]
    [InlineData("within 0.5 GiB", "--artefacts", "s3://files/cluster", "--max-copies", "0.5")]
    [InlineData(", unpacked data within 2.5 GiB, calibration statistics within 0.5 GiB", "--max-unpacked", "2.5",
        "--max-calibration", "0.5")]
    [InlineData("coordinates jobs, and has no slots", "--roles", "coordinator")]
    [InlineData("warns: No worker can join a cluster of one", "--roles", "coordinator")]
    [InlineData("warns: Anyone who reaches 0.0.0.0:5180 may submit jobs", "--listen", "0.0.0.0:5180", "--insecure")]
    public async Task Check_Choices_AreListed(string expected, params string[] options)
    {
        var (code, output, error) = await RunAsync(options);

        code.ShouldBe(ExitCode.Done, error);
        output.ShouldContain(expected);
    }

    [Fact]
    public async Task Check_FileWhereAFolderIsExpected_NamesTheOption()
    {
        var (code, _, error) = await RunAsync("--artefacts", _folder.Write("file", ""));

        code.ShouldBe(ExitCode.Usage);
        error.ShouldContain("--artefacts is '");
    }

    [Theory]
    [InlineData("http://collector:4317", "grpc", null)]
    [InlineData("https://collector", "http/protobuf", null)]
    [InlineData("collector:4317", "grpc", "must be http://HOST:PORT, not")]
    [InlineData("http://collector:4317", "http", "must be grpc or http/protobuf, not")]
    public void Telemetry_EndpointOrProtocol_IsUsableOrRefused(string endpoint, string protocol, string? refusal)
    {
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), new("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)])
            .Build();

        string? found = null;
        try
        {
            TelemetryExport.RequireUsable(environment);
        }
        catch (UsageException refused)
        {
            found = refused.Message;
        }

        (found ?? "").ShouldContain(refusal ?? "");
        (found is null).ShouldBe(refusal is null, found);
        TelemetryExport.Describe(environment).ShouldContain($"metrics to {endpoint}");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await SiloVerbs.RunAsync(["silo", "--check", "--data-dir", _folder["data"], .. options], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
