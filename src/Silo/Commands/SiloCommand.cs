namespace Cluster.Silo.Commands;

/// <summary>`cluster silo`: a member of a cluster, or a cluster of one, until it is stopped.</summary>
internal static class SiloCommand
{
    private static readonly SettingSymbols<SiloOptions> Settings = new();
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "only check these options, their files and OTEL_* variables, and say what the silo would do"
    };

    /// <param name="set">Sets what has no option.</param>
    public static Command Create(Func<SiloOptions, SiloOptions> set)
    {
        var command = new Command(OtherVerbs.Silo, CommandHelp.Describe(
            OtherVerbs.SiloDoes,
            "silo --data-dir ~/cluster-data --devices cpu:2 --page 5190",
            "silo --data-dir ~/cluster-data --shared-data /mnt/imagenet --shared-data /mnt/cifar",
            "silo --listen 0.0.0.0:5180 --tls-cert tls.crt --tls-key tls.key --token-file token --data-dir /data --devices cuda:0"));
        Settings.AddTo(command);
        command.Add(Check);
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => parsed.GetValue(Check)
                ? CheckAsync(parsed)
                : RunAsync(set(Settings.Read(parsed)), parsed.InvocationConfiguration, cancellation),
            "start it again: its jobs go on"));
        return command;
    }

    private static async Task<int> CheckAsync(ParseResult parsed)
    {
        foreach (string line in SiloCheck.Run(Settings.Read(parsed), new ConfigurationBuilder().AddEnvironmentVariables().Build()))
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"cluster silo: {line}");
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync("cluster silo: all of this is in order; nothing was started");
        return ExitCode.Done;
    }

    private static async Task<int> RunAsync(SiloOptions options, InvocationConfiguration streams, CancellationToken cancellation)
    {
        StartChecks.RequireSensible(options);
        StartChecks.RequirePorts(options);
        StartChecks.RequireDevices(options);
        await using var silo = await SiloHost.BuildAsync(
            options, cancellation, what => streams.Error.WriteLine($"cluster silo: {what}"));
        foreach (string warning in StartChecks.Warnings(options))
        {
            await streams.Error.WriteLineAsync($"cluster silo: warning: {warning}");
        }

        string slots = options.Slots.Count switch
        {
            0 => "no slots",
            1 => $"1 slot ({options.Slots[0]})",
            var count => $"{count} slots ({string.Join(", ", options.Slots)})",
        };
        return await Serving.RunAsync(
            silo, OtherVerbs.Silo, options.Listen, $"{slots}, data in {Path.GetFullPath(options.DataFolder)}", streams, cancellation);
    }
}
