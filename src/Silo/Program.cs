using System.CommandLine;
using Cluster.Silo.Commands;

var root = new RootCommand("cluster") { RunCommand.Create() };
return await root.Parse(args).InvokeAsync();
