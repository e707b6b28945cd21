// Runs commands of the three programs one after another, so that each finds compiled what those before it used: half of a short command's
// time. In the folder that its argument names, a command comes by the pipe "command": the variables that it needs, an empty text, its
// folder and its arguments, each with a zero behind it. What it writes goes to the files "output" and "error", its exit code to the pipe
// "answer".
string Of(string name) => Path.Combine(args[0], name);

// Who started this has ended.
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null)
    {
    }

    Directory.Delete(args[0], recursive: true);
    Environment.Exit(0);
});
while (true)
{
    string[] texts = (await File.ReadAllTextAsync(Of("command"))).Split('\0')[..^1];
    int empty = Array.IndexOf(texts, "");
    var before = texts[..empty].Select(text => text.Split('=', 2))
        .Select(pair => (Name: pair[0], Value: pair[1], Before: Environment.GetEnvironmentVariable(pair[0])))
        .ToArray();
    foreach (var (name, value, _) in before)
    {
        Environment.SetEnvironmentVariable(name, value);
    }

    Directory.SetCurrentDirectory(texts[empty + 1]);
    int code;
    using (var output = new StreamWriter(Of("output")))
    using (var error = new StreamWriter(Of("error")))
    {
        Console.SetOut(output);
        Console.SetError(error);
        code = await RunAsync(texts[(empty + 2)..]);
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
    }

    Directory.SetCurrentDirectory("/");
    foreach (var (name, _, value) in before)
    {
        Environment.SetEnvironmentVariable(name, value);
    }

    await File.WriteAllTextAsync(Of("answer"), $"{code}\n");
}

// As each program's own file does.
static Task<int> RunAsync(string[] command) => OtherVerbs.KindOf(command.FirstOrDefault() ?? "") switch
{
    "server" => CommandErrors.RunAsync(() => SiloVerbs.RunAsync(command, Console.Out, Console.Error)),
    "remote" => ClientCommand.RunAsync(command, ClientContext.OfProcess, Console.Out, Console.Error),
    _ => CommandErrors.RunAsync(() => ClusterCommand.RunAsync(command, Console.Out, Console.Error)),
};
