using System.CommandLine;

namespace Cluster.Silo.Tests.Settings;

/// <summary>Options of a server, from the command line, the environment and a file.</summary>
public sealed class SettingSymbolsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly Dictionary<string, string?> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NothingButWhatIsRequired_IsTheDefaults() =>
        Texts(Read("--data-dir", "d")).ShouldBe(Texts(new SiloOptions { DataFolder = "d" }));

    [Fact]
    public void Read_EachKindOfOption_IsInItsUnit()
    {
        var read = Read(
            "--data-dir", "d", "--listen", "0.0.0.0:1", "--page", "2", "--devices", "cpu:2,cuda:1", "--roles", "worker", "--advertise",
            "10.0.0.5", "--keep-jobs", "0.5", "--item-limit", "1.5", "--max-stored", "2.5", "--shared-data", "a", "--shared-data", "b",
            "--insecure");

        read.Listen.ShouldBe(new IPEndPoint(IPAddress.Any, 1));
        read.Page.ShouldBe(new IPEndPoint(IPAddress.Loopback, 2));
        read.Devices.ShouldBe(["cpu:0", "cpu:1", "cuda:1"]);
        read.Roles.ShouldBe(SiloRoles.Worker);
        read.Advertised.ShouldBe(IPAddress.Parse("10.0.0.5"));
        read.Retention.KeepJobs.ShouldBe(TimeSpan.FromHours(12));
        read.ItemLimit.ShouldBe(TimeSpan.FromSeconds(90));
        read.Retention.MostBytes.ShouldBe(5L << 29);
        read.SharedData.ShouldBe(["a", "b"]);
        read.IsInsecure.ShouldBeTrue();
    }

    [Fact]
    public void Read_OneOptionInSeveralPlaces_IsThatOfTheNearest()
    {
        string file = _folder.Write(
            "silo.json", """{ "DataDir": "file", "maxcalls": 1, "KeepJobs": 3, "SharedData": ["a", "b"], "Insecure": true }""");
        _environment["MAXCALLS"] = "2";
        _environment["KeepJobs"] = "4";

        var read = Read("--config", file, "--keep-jobs", "5");

        (read.DataFolder, read.CallsPerSecond, read.KeepJobs).ShouldBe(("file", 2, TimeSpan.FromDays(5)));
        read.SharedData.ShouldBe(["a", "b"]);
        read.IsInsecure.ShouldBeTrue();
    }

    [Theory]
    [InlineData(
        """{ "DataDir": "d", "MaxCalls": "many" }""",
        "--max-calls (MaxCalls of the environment or of --config) must be a whole number 0 to 1000000, not 'many'.")]
    [InlineData("""{ "MaxCals": 1 }""", "MaxCals of the environment (CLUSTER__…) or of --config is not an option of this command")]
    [InlineData("""{ "DataDir": "d", "Roles": "chief" }""", "has 'chief' where coordinator or worker is expected")]
    [InlineData("""{ "MaxCalls": """, "which cannot be read")]
    [InlineData("{}", "--data-dir is not given: folder of jobs, artefacts and caches.")]
    public void Read_WhatAFileHasWrong_IsOneSentence(string content, string expected)
    {
        string file = _folder.Write("silo.json", content);

        Should.Throw<UsageException>(() => Read("--config", file)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Read_FileThatIsNotThere_IsOneSentence() =>
        Should.Throw<UsageException>(() => Read("--config", _folder["none.json"])).Message.ShouldContain("which cannot be read");

    [Fact]
    public void Keys_OfEachServer_AreUniqueAndTheirDefaultsReadBack()
    {
        Check<SiloOptions>();
        Check<GatewayOptions>();

        static void Check<T>()
            where T : ServerOptions, new()
        {
            var symbols = new SettingSymbols<T>();
            var command = new Command("server");
            symbols.AddTo(command);
            string[] names = [.. command.Options.Select(option => option.Name)];
            names.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(names.Length);
            var usual = command.Options.OfType<Option<string?>>().Where(option => option.DefaultValueFactory is not null).ToArray();
            usual.ShouldNotBeEmpty();
            string[] required = ["--data-dir", "d", "--artefacts", "d"];
            string[] line = [.. required.Chunk(2).Where(pair => names.Contains(pair[0])).SelectMany(pair => pair)];
            string[] defaults = [.. usual.SelectMany(option => (string[])[option.Name, option.DefaultValueFactory!(null!)!])];
            Texts(symbols.Read(command.Parse([.. line, .. defaults]))).ShouldBe(Texts(symbols.Read(command.Parse(line))));
        }
    }

    private static string[] Texts(ServerOptions options) =>
    [
        .. from property in options.GetType().GetProperties()
           where property.IsDefined(typeof(SettingAttribute), inherit: true)
           let value = property.GetValue(options)
           select $"{property.Name} {(value is IEnumerable<string> list ? string.Join(' ', list) : value)}"
    ];

    private SiloOptions Read(params string[] line)
    {
        var symbols = new SettingSymbols<SiloOptions>(_environment);
        var command = new Command("silo");
        symbols.AddTo(command);
        return symbols.Read(command.Parse(line));
    }
}
