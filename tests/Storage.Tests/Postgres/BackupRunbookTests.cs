using System.Text.RegularExpressions;

namespace Cluster.Storage.Tests.Postgres;

/// <summary>docs/runbooks/BackupAndRestore.md, word for word: its commands are read from the page.</summary>
public sealed partial class BackupRunbookTests(PostgresFixture postgres) : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Page { get; } = Checkout.Read("docs", "runbooks", "BackupAndRestore.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_FollowedWordForWord_RestoresJobsJournalsAndFiles()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Token));
        var artefacts = new FolderArtefactStore(_folder["artefacts"]);
        string file = await artefacts.PutAsync(new MemoryStream([1, 2, 3]), Token);
        await new FolderArtefactClaims(_folder["artefacts"]).ClaimAsync(file, "one", Token);
        _folder.Write("artefacts/fine-tuning/item/training.checkpoint", "made again");
        var (job, records) = await FillAsync(database.ConnectionString, file);
        var variables = Variables(database);

        await FollowAsync(Section("Back up"), variables);
        Directory.EnumerateFileSystemEntries(_folder["backup"]).Select(Path.GetFileName)
            .ShouldBe(["database.dump", "artefacts.tar"], ignoreOrder: true);

        // What comes after the backup is not in it.
        await artefacts.PutAsync(new MemoryStream([4]), Token);
        await using (var store = await PostgresJobStore.OpenAsync(database.ConnectionString, TimeProvider.System, Token))
        {
            await store.RemoveAsync(job.Id, Token);
        }

        await artefacts.RemoveAsync(file, DateTimeOffset.MaxValue, Token);
        await FollowAsync(Section("Restore"), variables);

        database.Database = variables["RESTORED"];
        await using var restored = await PostgresJobStore.OpenAsync(database.ConnectionString, TimeProvider.System, Token);
        var found = (await restored.ListAsync(new JobQuery(10, []), Token)).ShouldHaveSingleItem();
        found.IsSameAs(job).ShouldBeTrue();
        (await restored.ReadJournalAsync(job.Id, Token)).Select(CanonicalJson.Serialize).ShouldBe(records);
        await using (var journal = await restored.OpenJournalAsync(job.Id, Token))
        {
            await journal.AppendAsync([SampleEvents.All[1]], Token);
        }

        var files = new FolderArtefactStore(_folder["new"]);
        (await files.ListAsync(Token).SingleAsync(Token)).Sha256.ShouldBe(file);
        await (await files.OpenAsync(file, Token)).DisposeAsync();
        (await new FolderArtefactClaims(_folder["new"]).IsClaimedAsync(file, "one", Token)).ShouldBeTrue();
        Directory.Exists(_folder["new/fine-tuning"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Page_DamagedFile_IsFoundBeforeTheBackupIsReliedOn()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Token));
        var artefacts = new FolderArtefactStore(_folder["artefacts"]);
        string file = await artefacts.PutAsync(new MemoryStream([1, 2, 3]), Token);
        await File.WriteAllBytesAsync(artefacts.PathOf(file), [1, 2, 4], Token);

        var run = await RunAsync(Section("Back up"), Variables(database));

        run.Code.ShouldNotBe(0);
        run.Output.ShouldContain($"./{file[..2]}/{file}: FAILED");
    }

    // The variables of the page's table, each with a place of this test.
    private Dictionary<string, string> Variables(NpgsqlConnectionStringBuilder database)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = database.Host!,
            ["PGPORT"] = $"{database.Port}",
            ["PGUSER"] = database.Username!,
            ["PGPASSWORD"] = database.Password!,
            ["DATABASE"] = database.Database!,
            ["ARTEFACTS"] = _folder["artefacts"],
            ["BACKUP"] = _folder["backup"],
            ["RESTORED"] = $"{database.Database}restored",
            ["NEWARTEFACTS"] = _folder["new"],
        };
        Named().Matches(Page).Select(match => match.Groups["name"].Value).ShouldBe(variables.Keys, ignoreOrder: true);
        return variables;
    }

    private static async Task<(JobEntry Job, string[] Records)> FillAsync(string connection, string model)
    {
        await using var store = await PostgresJobStore.OpenAsync(connection, TimeProvider.System, Token);
        var job = await store.AddAsync(Begun.Entry("one", model), Token);
        await using (var journal = await store.OpenJournalAsync("one", Token))
        {
            await journal.AppendAsync(SampleEvents.All[0], Token);
        }

        return (job, [.. (await store.ReadJournalAsync("one", Token)).Select(CanonicalJson.Serialize)]);
    }

    private static async Task FollowAsync(string commands, Dictionary<string, string> variables)
    {
        var run = await RunAsync(commands, variables);
        run.Code.ShouldBe(0, $"{commands}\n{run.Output}\n{run.Error}");
    }

    private static Task<OtherProgram> RunAsync(string commands, Dictionary<string, string> variables) => OtherProgram.RunAsync(
        "/bin/bash",
        ["-euo", "pipefail", "-c", $"PATH={PostgresServer.Programs}:$PATH\n{commands}"],
        variables);

    // The commands of a chapter, in their order.
    private static string Section(string title)
    {
        string chapter = Page.Split("\n## ").Single(part => part.StartsWith($"{title}\n", StringComparison.Ordinal));
        return string.Concat(Commands().Matches(chapter).Select(match => match.Groups["text"].Value));
    }

    [GeneratedRegex(@"```sh\n(?<text>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Commands();

    [GeneratedRegex(@"(?<=^\|[^|]*)`(?<name>[A-Z]+)`(?=[^|]*\|)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Named();
}
