using System.CommandLine;
using Cluster.Silo.Commands;
using Cluster.Silo.Samples;

var root = new RootCommand("cluster") { RunCommand.Create(), DemoCommand.Create(), SampleCommands.Create() };
return await root.Parse(args).InvokeAsync();
