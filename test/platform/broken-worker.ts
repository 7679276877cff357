throw new Error('This Worker breaks while it is loaded.');
